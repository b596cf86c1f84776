import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Writable } from 'node:stream';
import { Logger } from '../logging/logger.js';
import { Rounds, type Round } from './rounds.js';

describe('Rounds', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const failed: string[] = [];
  const log: string[] = [];
  const destination = new Writable({ write: (line, _encoding, done) => done(void log.push(String(line))) });
  const rounds = (...all: Round<string>[]): Rounds<string> =>
    new Rounds(all, { logger: Logger.create('info', destination), onFailed: (step) => failed.push(step) });
  const step = (): jest.Mock<() => Promise<void>> => jest.fn(async () => undefined);

  it('are done at the pace of each, and at the start where that is said', async () => {
    const [often, seldom] = [step(), step()];
    const both = rounds({ everySeconds: 1, atOnce: true, steps: { often } }, { everySeconds: 3, steps: { seldom } });
    both.start();
    expect([often.mock.calls.length, seldom.mock.calls.length]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect([often.mock.calls.length, seldom.mock.calls.length]).toEqual([4, 1]);
    await both.stop();
    await jest.advanceTimersByTimeAsync(9_000);
    expect([often.mock.calls.length, seldom.mock.calls.length]).toEqual([4, 1]);
  });

  it('say which step failed, and go on with the next one, in this round and in those that follow', async () => {
    const broken = step().mockRejectedValue(new Error('canary fault'));
    const [well, elsewhere] = [step(), step()];
    const both = rounds({ everySeconds: 1, steps: { broken, well } }, { everySeconds: 1, steps: { elsewhere } });
    both.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(failed.splice(0)).toEqual(['broken', 'broken']);
    expect([well.mock.calls.length, elsewhere.mock.calls.length]).toEqual([2, 2]);
    expect(log.join('')).toContain('sweep_failed');
    expect(log.join('')).not.toContain('canary');
    await both.stop();
  });

  it('of one kind do not overlap; a stop waits for what is under way, unless it may be left', async () => {
    let end = (): void => undefined;
    const long = step().mockImplementation(() => new Promise<void>((resolve) => (end = resolve)));
    const endless = step();
    const [after, never] = [step(), step()];
    let fail = (_error: Error): void => undefined;
    endless.mockImplementation(() => new Promise<void>((_resolve, reject) => (fail = reject)));
    const both = rounds(
      { everySeconds: 1, steps: { long, after } },
      { everySeconds: 1, leftAtStop: true, steps: { endless, never } },
    );
    both.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([long.mock.calls.length, endless.mock.calls.length]).toEqual([1, 1]);
    let stopped = false;
    const stop = both.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(10);
    expect(stopped).toBe(false);
    end();
    await stop;
    expect([stopped, after.mock.calls.length]).toEqual([true, 1]);
    fail(new Error('its connection was closed'));
    await jest.advanceTimersByTimeAsync(10);
    expect([failed.splice(0), never.mock.calls.length]).toEqual([['endless'], 0]);
  });
});
