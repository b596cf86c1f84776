import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sensitive } from '../../../providers/kit/index.js';
import { Problem } from '../errors/problem.js';
import { Logger } from './logger.js';

function logOf(write: (logger: Logger) => void): string {
  const lines: string[] = [];
  write(
    Logger.create(
      'debug',
      new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) }),
    ),
  );
  return lines.join('');
}
const fieldsOf = (write: (logger: Logger) => void): Record<string, unknown> =>
  JSON.parse(logOf(write)) as Record<string, unknown>;
const SECRET = 'ana.petrova@example.org';

describe('an error in a log line', () => {
  it('is its name, its code and where it was thrown; never its message (ASVS 16.2.5)', () => {
    const error = Object.assign(new RangeError(`value ${SECRET} out of range`), {
      code: '22003',
      detail: SECRET,
      query: SECRET,
    });
    const { error: logged } = fieldsOf((logger) => logger.error('request_failed', { error }));
    expect(logged).toMatchObject({ errorName: 'RangeError', errorCode: '22003' });
    expect((logged as { at: string[] }).at[0]).toMatch(/^at /);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });

  it.each([
    ['a message of several lines that look like a stack', new Error(`first\n    at ${SECRET} (file.js:1:1)`)],
    ['a cause', new Error('outer', { cause: new Error(SECRET) })],
    ['a problem’s cause', new Problem('not_found', { cause: new Error(SECRET) })],
    ['a problem’s detail', new Problem('not_found', { detail: SECRET })],
    ['a code that is no text', Object.assign(new Error('x'), { code: { SECRET } })],
    ['a code that is a sentence', Object.assign(new Error('x'), { code: `no such user: ${SECRET}` })],
    ['a thrown text', SECRET],
    ['a thrown object', { message: SECRET }],
  ])('hides what is in %s', (_name, error) => {
    expect(logOf((logger) => logger.warn('job_failed', { error }))).not.toContain(SECRET);
  });
});

describe('fields', () => {
  it('are flat: numbers, truth values and short texts', () => {
    const fields = {
      caseId: 'rc_1',
      count: 3,
      fine: true,
      nested: { a: SECRET },
      list: [SECRET],
      nothing: null,
      hidden: new Sensitive(SECRET),
      bytes: Buffer.from(SECRET),
    };
    const line = fieldsOf((logger) => logger.info('sweep_completed', fields));
    expect(line).toMatchObject({ caseId: 'rc_1', count: 3, fine: true });
    expect(Object.keys(line).sort()).toEqual(['caseId', 'code', 'count', 'fine', 'level', 'message', 'pid', 'time']);
  });

  it('cannot be long', () => {
    expect(String(fieldsOf((logger) => logger.info('ready', { text: 'x'.repeat(10_000) })).text)).toHaveLength(200);
  });

  it('cannot forge a line, whatever they hold (T57)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const log = logOf((logger) => logger.info('ready', { text }));
        expect(log.trimEnd().split('\n')).toHaveLength(1);
        expect(fieldsOf((logger) => logger.info('ready', { text })).code).toBe('ready');
      }),
    );
  });

  it('cannot pass for the code or the message', () => {
    expect(fieldsOf((logger) => logger.info('ready', { code: 'stopped', message: 'forged' }))).toMatchObject({
      code: 'ready',
      message: 'Ready to serve.',
    });
  });
});
