import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CheckRoom } from './check-room.js';

describe('CheckRoom', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const room = (): CheckRoom => new CheckRoom({ atOnce: 2, waiting: 2, patienceMs: 10_000 });

  /** A check that ends when it is told to. */
  function check(into: CheckRoom, name: string, begun: string[]) {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const answer = into
      .during(async () => {
        begun.push(name);
        await over;
        return name;
      })
      .catch(({ code }: { code: string }) => code);
    return { answer, end };
  }

  it('lets so many in at once, and the others in their order', async () => {
    const begun: string[] = [];
    const one = room();
    const checks = ['a', 'b', 'c', 'd'].map((name) => check(one, name, begun));
    await Promise.resolve();
    expect(begun).toEqual(['a', 'b']);
    checks[1]?.end();
    await checks[1]?.answer;
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const { end } of checks) end();
    expect(await Promise.all(checks.map(({ answer }) => answer))).toEqual(['a', 'b', 'c', 'd']);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('says of a check for which there is no room that the machine is busy, and of one that waited too long', async () => {
    const begun: string[] = [];
    const one = room();
    const checks = ['a', 'b', 'c', 'd', 'e'].map((name) => check(one, name, begun));
    expect(await checks[4]?.answer).toBe('busy');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await checks[2]?.answer).toBe('busy');
    checks[0]?.end();
    await checks[0]?.answer;
    const later = check(one, 'f', begun);
    later.end();
    expect(await later.answer).toBe('f');
    expect(begun).toEqual(['a', 'b', 'f']);
  });

  it('gives the place of a check that failed to the next', async () => {
    const one = new CheckRoom({ atOnce: 1, waiting: 1, patienceMs: 10_000 });
    const failed = one.during(() => Promise.reject(new Error('no')));
    const next = one.during(async () => 'next');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
