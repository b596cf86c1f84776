import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ProviderError } from '../kit/index.js';
import { WaitingJobs, type Job } from './waiting-jobs.js';

describe('tasks that wait for a process', () => {
  let rejected: [id: number, code: string][];
  let waiting: WaitingJobs;

  beforeEach(() => {
    jest.useFakeTimers();
    rejected = [];
    waiting = new WaitingJobs(1_000);
  });
  afterEach(() => void jest.useRealTimers());

  const job = (id: number): Job => ({
    askedAtMs: 0,
    id,
    task: { kind: 'fingerprint', picture: new Uint8Array() },
    resolve: () => undefined,
    reject: ({ code }) => void rejected.push([id, code]),
  });

  it('are handed out in their order, each once', () => {
    for (const id of [1, 2]) waiting.add(job(id));
    expect([waiting.next()?.id, waiting.next()?.id, waiting.next()]).toEqual([1, 2, undefined]);
  });

  it('are handed to nobody once they have waited too long', () => {
    waiting.add(job(1));
    jest.advanceTimersByTime(600);
    waiting.add(job(2));
    jest.advanceTimersByTime(400);
    expect(rejected).toEqual([[1, 'timeout']]);
    expect(waiting.size).toBe(1);
    expect(waiting.next()?.id).toBe(2);
  });

  it('are not called late when they were handed out in time', () => {
    waiting.add(job(1));
    waiting.next();
    jest.advanceTimersByTime(5_000);
    expect(rejected).toEqual([]);
  });

  it('are all rejected once, with what ended them', () => {
    for (const id of [1, 2]) waiting.add(job(id));
    waiting.rejectAll(new ProviderError('broken', 'The models are not usable.'));
    jest.advanceTimersByTime(5_000);
    expect(rejected).toEqual([
      [1, 'broken'],
      [2, 'broken'],
    ]);
    expect(waiting.size).toBe(0);
  });
});
