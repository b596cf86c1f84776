import { describe, expect, it } from '@jest/globals';
import type { Job } from 'bullmq';
import { z } from 'zod';
import { jobOf } from '../../../test/support/job-of.js';
import { payloadKey, type DeadLetters } from './dead-letters.js';
import { defineJob } from './job-contract.js';
import { JobProcessor, PermanentJobError } from './job-processor.js';

const CONTRACT = defineJob({
  name: 'spec-of-the-processor',
  schema: z.object({ caseId: z.string().startsWith('rc_'), attempt: z.number().int() }),
  tries: 3,
  backoffMs: 1,
  concurrency: 1,
});
const REAL = { caseId: 'rc_x', attempt: 1 };
const FORGED = [
  { a: 1, b: 'rc_x' },
  { attempt: 'rc_x', caseId: 1 },
  { caseId: 'a person’s name', attempt: 1 },
  'no payload at all',
] as const;

class Failing extends JobProcessor<z.infer<typeof CONTRACT.schema>> {
  readonly contract = CONTRACT;
  protected override handle(): Promise<void> {
    return Promise.reject(new PermanentJobError());
  }
}

function processorWithBook() {
  const processor = new Failing();
  const noted: { about: string; jobId: string }[] = [];
  const letters: Pick<DeadLetters, 'note'> = {
    note: async ({ payload, jobId }) => void noted.push({ about: payloadKey(payload), jobId }),
  };
  processor.keepDeadLettersIn(letters as DeadLetters);
  return { processor, noted };
}
const jobWith = (data: unknown): Job => Object.assign(jobOf({}), { data, id: 'outbox-1', finishedOn: 1 });

describe('the book of dead work', () => {
  it('T114: holds nothing of a job whose payload was never valid, whichever way it ended', async () => {
    const { processor, noted } = processorWithBook();
    for (const data of FORGED) {
      await expect(processor.process(jobWith(data))).rejects.toThrow('ZodError');
      await processor.onFailed(jobWith(data));
    }
    expect(noted).toEqual([]);
  });

  it('T114: names work by the names of its members, so that no other job stands for it', async () => {
    const { processor, noted } = processorWithBook();
    await expect(processor.process(jobWith({ ...REAL, more: 'words' }))).rejects.toThrow('Error');
    await processor.onFailed(jobWith(REAL));
    const about = 'attempt=1 caseId=rc_x';
    expect(noted).toEqual([
      { about, jobId: 'outbox-1' },
      { about, jobId: 'outbox-1' },
    ]);
    expect(payloadKey({ a: 1, b: 'rc_x' })).not.toBe(about);
  });
});
