import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Problem } from '../../../src/platform/errors/problem.js';
import type { Request } from '../../../src/platform/http/request-context.js';
import { isIdempotencyKey } from '../../../src/platform/http/idempotency-key.js';
import { IdempotencyInterceptor } from '../../../src/platform/idempotency/idempotency.interceptor.js';
import type { Exchange } from '../../pages/page-frames.js';
import { textField } from '../../pages/form-input.js';

const PAUSE_MS = 200;
/** A second click's page is the one that the browser shows: it waits for the first one's answer, for some seconds. */
const TRIES = 25;
/** So long a second click may come after the first; later it is a reload, or somebody else at this browser. */
const SECOND_CLICK_MS = 10_000;

/** Forms whose second click, reload or repetition is the same request: by the page's own key, as programs do it by a header. */
@Injectable()
export class OnceForms {
  constructor(private readonly answers: IdempotencyInterceptor) {}

  /**
   * @throws Problem invalid_request without a key, request_in_progress when the first one takes too long, and what
   * `work` throws
   */
  async run<Answer>({ request, reply }: Exchange, work: () => Promise<Answer>): Promise<Answer> {
    const key = textField(request, 'formKey');
    if (!isIdempotencyKey(key)) throw new Problem('invalid_request');
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.answers.once({ request, reply, key }, work);
      } catch (error) {
        if (!isAtWork(error) || tries === TRIES) throw error;
      }
      await pause(PAUSE_MS);
    }
  }
}

/**
 * Whether a form came again so late that what it was answered with is not to be seen again: a link that is a key is shown once,
 * and may be dead by now.
 */
export const isLateRepetition = ({ repeatedAfterMs = 0 }: Request): boolean => repeatedAfterMs > SECOND_CLICK_MS;

const isAtWork = (error: unknown): boolean => error instanceof Problem && error.code === 'request_in_progress';
