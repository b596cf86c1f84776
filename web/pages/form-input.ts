import { Problem } from '../../src/platform/errors/problem.js';
import type { Request } from '../../src/platform/http/request-context.js';

/** A text field of a posted form; empty when it is absent. @throws Problem when the body is not a form */
export function textField(request: Request, name: string): string {
  if (typeof request.body !== 'object' || request.body === null) throw new Problem('malformed_body');
  const value: unknown = (request.body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}
