import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';

/** A browser as far as the services see one: a cookie jar, an address and a language. */
export class BrowserStub {
  readonly cookies: Record<string, string> = {};

  constructor(
    readonly ip = '192.0.2.1',
    readonly language = 'en',
  ) {}

  get request(): Request {
    return {
      cookies: { ...this.cookies },
      query: {},
      ip: this.ip,
      headers: { 'accept-language': this.language },
    } as unknown as Request;
  }

  get reply(): Reply {
    const reply = {
      setCookie: (name: string, value: string) => ((this.cookies[name] = value), reply),
      clearCookie: (name: string) => (delete this.cookies[name], reply),
    };
    return reply as unknown as Reply;
  }

  get exchange(): { request: Request; reply: Reply } {
    return { request: this.request, reply: this.reply };
  }
}

/** The problem's code, or `done`. Anything else that is thrown is thrown on. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
