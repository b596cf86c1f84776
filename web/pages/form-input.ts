import { Problem } from '../../src/platform/errors/problem.js';
import type { Request } from '../../src/platform/http/request-context.js';

/** A text field of a posted form; empty when it is absent. @throws Problem when the body is not a form */
export function textField(request: Request, name: string): string {
  if (typeof request.body !== 'object' || request.body === null) throw new Problem('malformed_body');
  const value: unknown = (request.body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** The attempt a page was about; absent on pages of a version that did not say it. */
export function attemptOf(request: Request): { attempt?: number } {
  const text = textField(request, 'attempt');
  return /^[1-9]\d{0,5}$/.test(text) ? { attempt: Number(text) } : {};
}
