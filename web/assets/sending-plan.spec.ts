import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Plan {
  BACK_OFF_MS: number[];
  afterAnswer(
    answer: { status: number; code?: string; retryAfterSeconds?: number },
    failures: number,
  ): string | { waitMs: number };
}

const { BACK_OFF_MS, afterAnswer } = (await import(join(process.cwd(), 'web', 'assets', 'sending-plan.js'))) as Plan;

describe('what follows from an answer to a photo', () => {
  it.each([[0], [408], [425], [500], [502], [503], [504]])(
    'after %i the photo is sent again three times, each after a longer wait, and then it is the person’s to say',
    (status) => {
      expect([0, 1, 2, 3].map((failures) => afterAnswer({ status }, failures))).toEqual([
        ...BACK_OFF_MS.map((waitMs) => ({ waitMs })),
        'given_up',
      ]);
      expect([...BACK_OFF_MS].sort((a, b) => a - b)).toEqual(BACK_OFF_MS);
      expect(BACK_OFF_MS).toHaveLength(3);
    },
  );

  it('waits as long as the service asks, and no longer than half a minute', () => {
    expect(afterAnswer({ status: 503, retryAfterSeconds: 5 }, 0)).toEqual({ waitMs: 5_000 });
    expect(afterAnswer({ status: 503, retryAfterSeconds: 86_400 }, 0)).toEqual({ waitMs: 30_000 });
  });

  it.each([
    [{ status: 200 }, 'answered'],
    [{ status: 415, code: 'unsupported_media_type' }, 'not_a_photo'],
    [{ status: 422, code: 'picture_refused' }, 'not_a_photo'],
    [{ status: 422, code: 'provider_not_offered' }, 'moved_on'],
    [{ status: 401, code: 'flow_ended' }, 'moved_on'],
    [{ status: 409, code: 'wrong_state' }, 'moved_on'],
    [{ status: 503, code: 'recoveries_paused' }, 'moved_on'],
    [{ status: 403, code: 'capture_binding_missing' }, 'form'],
    [{ status: 429, code: 'too_many_requests' }, 'form'],
    [{ status: 413 }, 'form'],
  ])('%o is not tried again: %s', (answer, step) => expect(afterAnswer(answer, 0)).toBe(step));

  it.each(['version_conflict', 'request_in_progress'])('%s is somebody else’s turn, and tried again', (code) =>
    expect(afterAnswer({ status: 409, code }, 0)).toEqual({ waitMs: BACK_OFF_MS[0] }),
  );
});
