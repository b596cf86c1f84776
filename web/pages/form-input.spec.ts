import { describe, expect, it } from '@jest/globals';
import type { Request } from '../../src/platform/http/request-context.js';
import { attemptOf } from './form-input.js';

const posted = (body: object): Request => ({ body }) as Request;

describe('the attempt that a form is about', () => {
  it('is a number of its page, and nothing where the page did not say it', () => {
    expect(attemptOf(posted({ attempt: '2' }))).toEqual({ attempt: 2 });
    expect(['', '0', '-1', '1e3', '02', 'x', '9'.repeat(9)].map((attempt) => attemptOf(posted({ attempt })))).toEqual(
      Array<object>(7).fill({}),
    );
    expect(attemptOf(posted({}))).toEqual({});
  });
});
