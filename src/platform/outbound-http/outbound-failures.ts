import { errors } from 'undici';
import { ProviderError, type ProviderErrorCode } from '../../../providers/kit/index.js';
import { OutboundRefusedError } from './outbound-target.js';

/** Raised inside a call by the call itself; the text is fit for operators. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';

  constructor(
    readonly code: Extract<ProviderErrorCode, 'timeout' | 'unreachable' | 'unintelligible'>,
    message: string,
    readonly httpStatus?: number,
  ) {
    super(message);
  }
}

/** undici's codes (undici documentation, "Errors") for an answer too large in its head, or not the one it announced. */
const UNINTELLIGIBLE: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/**
 * Turns whatever ended a call into the kit's error. undici's and TLS' errors are not kept as a cause: a parser error
 * carries the partner's bytes, a certificate error the certificate.
 */
export function toProviderError(error: unknown, host: string): ProviderError {
  if (error instanceof OutboundRefusedError) return new ProviderError('unreachable', error.message, { cause: error });
  if (error instanceof OutboundFailure) {
    return new ProviderError(error.code, `${host}: ${error.message}`, { httpStatus: error.httpStatus });
  }
  const code = systemCode(error);
  if (TIMEOUTS.has(code)) return new ProviderError('timeout', `${host} did not accept a connection in time (${code}).`);
  if (error instanceof errors.HTTPParserError || UNINTELLIGIBLE.has(code)) {
    return new ProviderError('unintelligible', `${host} did not answer in HTTP (${code}).`);
  }
  return new ProviderError('unreachable', `${host} could not be reached or cut the connection (${code}).`);
}

/**
 * Whether the connection ended inside a body that was being read (RFC 9112, 8: the message is incomplete). undici says so
 * itself only of a partner that did not announce `Connection: close`; else its parser is surprised by the end.
 */
export function isCutBody(error: unknown): boolean {
  const surprised = error instanceof errors.HTTPParserError && error.message.includes('Invalid EOF state');
  return surprised || systemCode(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

/** Several addresses that all failed arrive as one AggregateError with the code on itself. */
function systemCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown';
}
