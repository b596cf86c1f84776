import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageFrames } from './page-frames.js';

/**
 * The page at an address that does not exist: in the reader's language, and the same for every address and every reader
 * (T51). Programs get a problem document, as everywhere under `/v1`.
 */
@Injectable()
export class UnknownPage implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly frames: PageFrames,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('preHandler', (request, reply, done) => {
      if (isForSomebodyWithABrowser(request)) this.answer(request, reply).catch(done);
      else done();
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.frames.send({ screen: 'error', status: 404 }, { request, reply, status: 404 });
  }
}

const isForSomebodyWithABrowser = ({ is404, url, headers }: FastifyRequest): boolean =>
  is404 && !isOfTheApi(url) && takesHtml(headers.accept);

const isOfTheApi = (url: string): boolean => /^\/v1(?:[/?]|$)/.test(url);

/** Whether HTML is named, as browsers do when somebody navigates; programs take anything (RFC 9110, 12.5.1). */
function takesHtml(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.toLowerCase().split(';');
    return type.trim() === 'text/html' && !parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
  });
}
