import { randomBytes, randomUUID } from 'node:crypto';
import { HttpFault } from '../../kit/simulator/index.js';

type InnerCode = 'badOrMissingField' | 'notFound' | 'tokenError' | 'transientError';

const OUTER: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['badRequest', 'The request is invalid.'],
  401: ['unauthorized', 'The requested resource requires authentication'],
  403: ['forbidden', 'Missing permissions to fulfill this request.'],
  404: ['notFound', "The requested resource doesn't exist."],
  413: ['payloadTooLarge', 'The payload is too large.'],
  415: ['unsupportedMediaType', 'The specified media type is unsupported.'],
  503: ['serviceUnavailable', 'The server is temporarily unavailable, please try again later.'],
};

/** A refusal with the member of the request that it is about. */
export class RequestFault extends HttpFault {
  constructor(
    status: number,
    readonly innerCode: InnerCode,
    readonly target: string,
  ) {
    super(status, innerCode);
  }
}

export const badField = (target: string): RequestFault => new RequestFault(400, 'badOrMissingField', target);

/** The envelope of docs/verified-id/error-codes.md. */
export function errorEnvelope(fault: HttpFault): Record<string, unknown> {
  const [code, message] = OUTER[fault.status] ?? ['internalServerError', 'A generic error has occurred on the server.'];
  const inner = fault instanceof RequestFault ? fault : new RequestFault(fault.status, innerCodeOf(fault), fault.code);
  return {
    requestId: randomUUID(),
    date: new Date().toUTCString(),
    mscv: `${randomBytes(12).toString('base64')}.1`,
    error: {
      code,
      message,
      innererror: { code: inner.innerCode, message: `Something is wrong with ${inner.target}.`, target: inner.target },
    },
  };
}

function innerCodeOf({ status }: HttpFault): InnerCode {
  if (status === 404) return 'notFound';
  if (status === 401 || status === 403) return 'tokenError';
  return status >= 500 || status === 429 ? 'transientError' : 'badOrMissingField';
}
