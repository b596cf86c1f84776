import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '../logging/logger.js';
import { Rounds, type RoundTask } from './rounds.js';

describe('Rounds', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const failed: string[] = [];
  const rounds = (...tasks: RoundTask[]): Rounds =>
    new Rounds(tasks, { logger: Logger.create('silent'), onFailed: (task) => failed.push(task) });
  const counted = (task: Omit<RoundTask, 'run'>): RoundTask & { run: jest.Mock<() => Promise<void>> } => ({
    ...task,
    run: jest.fn(async () => undefined),
  });

  it('are done at the pace of each task, and at the start where that is said', async () => {
    const often = counted({ name: 'often', everySeconds: 1, atOnce: true });
    const seldom = counted({ name: 'seldom', everySeconds: 3 });
    const both = rounds(often, seldom);
    both.start();
    expect([often.run.mock.calls.length, seldom.run.mock.calls.length]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect([often.run.mock.calls.length, seldom.run.mock.calls.length]).toEqual([4, 1]);
    await both.stop();
    await jest.advanceTimersByTimeAsync(9_000);
    expect([often.run.mock.calls.length, seldom.run.mock.calls.length]).toEqual([4, 1]);
  });

  it('that fail are said, and keep neither the others nor themselves from going on', async () => {
    const broken = counted({ name: 'broken', everySeconds: 1 });
    broken.run.mockRejectedValue(new Error('away'));
    const well = counted({ name: 'well', everySeconds: 1 });
    const both = rounds(broken, well);
    both.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(failed.splice(0)).toEqual(['broken', 'broken']);
    expect(well.run).toHaveBeenCalledTimes(2);
    await both.stop();
  });

  it('of one task do not overlap; a stop waits for what is under way, unless it may be left', async () => {
    let end = (): void => undefined;
    const long = counted({ name: 'long', everySeconds: 1 });
    long.run.mockImplementation(() => new Promise<void>((resolve) => (end = resolve)));
    const endless = counted({ name: 'endless', everySeconds: 1, leftAtStop: true });
    endless.run.mockImplementation(() => new Promise<void>(() => undefined));
    const both = rounds(long, endless);
    both.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([long.run.mock.calls.length, endless.run.mock.calls.length]).toEqual([1, 1]);
    let stopped = false;
    const stop = both.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(10);
    expect(stopped).toBe(false);
    end();
    await stop;
    expect(stopped).toBe(true);
  });
});
