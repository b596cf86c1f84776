import { Writable } from 'node:stream';
import type { ArgumentsHost } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Problem } from '../../../src/platform/errors/problem.js';
import { PROBLEM_CODES } from '../../../src/platform/errors/problem-catalogue.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import type { StaffSignIn } from '../../../src/staff-session/staff-sign-in.js';
import type { PageFrames } from '../../pages/page-frames.js';
import { PageProblemFilter } from '../../pages/page-problem.filter.js';
import type { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';

const logger = Logger.create('fatal', new Writable({ write: (_chunk, _encoding, done) => done() }));

/** When a page says to come back, and when the header does. */
function timesOf(problem: Problem, kind: 'person' | 'console'): { page: unknown; header: unknown } {
  const headers: Record<string, string> = {};
  const shown: { retryAfterSeconds?: number }[] = [];
  const frames = { send: async (view: { retryAfterSeconds?: number }) => void shown.push(view) };
  const reply = {
    raw: { headersSent: false },
    header: (name: string, value: string) => ((headers[name] = value), reply),
  };
  const host = { switchToHttp: () => ({ getRequest: () => ({ id: 'req-1' }), getResponse: () => reply }) };
  const filter =
    kind === 'person'
      ? new PageProblemFilter(frames as unknown as PageFrames, logger)
      : new ConsoleProblemFilter(frames as unknown as ConsoleFrames, { isOffered: false } as StaffSignIn, logger);
  filter.catch(problem, host as unknown as ArgumentsHost);
  return { page: shown[0]?.retryAfterSeconds?.toString(), header: headers['retry-after'] };
}

describe.each(['person', 'console'] as const)('a problem as a page for the %s', (kind) => {
  it('says when to come back as its header does, for every code', () => {
    for (const code of PROBLEM_CODES) {
      const { page, header } = timesOf(new Problem(code), kind);
      expect({ code, page }).toEqual({ code, page: header });
    }
    expect(timesOf(new Problem('too_many_requests', { retryAfterSeconds: 90 }), kind).page).toBe('90');
    expect(timesOf(new Problem('dependency_unavailable'), kind).page).toBeDefined();
  });
});
