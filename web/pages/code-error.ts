import { Problem } from '../../src/platform/errors/problem.js';
import type { PageFacts } from './step-page.js';

export type CodeError = NonNullable<PageFacts['codeError']>;

/** What a page for codes says itself; every other problem has a page of its own. */
export function codeError(error: unknown): CodeError {
  if (error instanceof Problem && error.code === 'recovery_code_refused') return 'wrong';
  if (error instanceof Problem && error.code === 'too_many_requests') return 'too_many';
  throw error;
}
