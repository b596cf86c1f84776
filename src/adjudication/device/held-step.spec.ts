import { describe, expect, it } from '@jest/globals';
import type { Decision } from '../decision.js';
import { DEVICE_PROOFS, type DeviceProof } from './device-proof.js';
import { heldStep, type HeldCase } from './held-step.js';

const REASONS = ['hold_running', 'waiting_for_return', 'waiting_for_confirmation'] as const;
const QUESTION = { name: 'hold', holdSeconds: 900, reason: 'waiting_for_confirmation' } as const;

const held = (device: DeviceProof, part: Partial<HeldCase> = {}): HeldCase => ({
  reason: 'hold_running',
  over: true,
  longOver: true,
  good: true,
  awaited: false,
  votesMissing: false,
  decision: { device, afterApproval: QUESTION } as Decision,
  leftSeconds: 0,
  untold: false,
  lateSeconds: 0,
  ...part,
});
/** Every held case there is, as far as the step looks at it. */
const all = DEVICE_PROOFS.flatMap((device) =>
  REASONS.flatMap((reason) =>
    [true, false].flatMap((over) =>
      [true, false].flatMap((good) =>
        [0, 60].map((leftSeconds) => ({
          device,
          step: heldStep(held(device, { reason, over, good, leftSeconds })),
          good,
        })),
      ),
    ),
  ),
);

describe('heldStep', () => {
  it('approves nothing without proof, an answer or leave, and nothing that is not good any more', () => {
    const approved = all.filter(({ step }) => step?.name === 'approve');
    expect(new Set(approved.map(({ device }) => device))).toEqual(
      new Set(['proven', 'allowed', 'confirmed', 'unaskable']),
    );
    expect(approved.filter(({ good }) => !good)).toEqual([]);
  });

  it('lets nobody through by a hold that nobody was told of: it waits, says so once, and then leaves time to read', () => {
    const [waits, more] = [
      { name: 'hold', reason: 'waiting_for_notice' },
      { name: 'hold', holdSeconds: 60, reason: 'hold_running' },
    ];
    for (const device of ['proven', 'allowed', 'confirmed', 'unaskable'] as const) {
      const past = (part: Partial<HeldCase>) => heldStep(held(device, part));
      expect(past({ untold: true })).toEqual(waits);
      expect(past({ untold: true, longOver: false })).toBeUndefined();
      expect(past({ untold: true, reason: 'waiting_for_notice' })).toBeUndefined();
      expect(past({ lateSeconds: 60 })).toEqual(more);
      expect(past({ lateSeconds: 60, reason: 'waiting_for_notice' })).toEqual(more);
      expect(past({ reason: 'waiting_for_notice' })).toEqual({ name: 'approve' });
      expect(past({ untold: true, reason: 'waiting_for_notice', good: false })).toMatchObject({ name: 'deny' });
    }
  });

  it('does not shorten a hold that runs', () => {
    for (const device of DEVICE_PROOFS) expect(heldStep(held(device, { over: false }))).toBeUndefined();
  });

  it('approves at once when what was waited for has come, or holds for what is left', () => {
    for (const reason of ['waiting_for_return', 'waiting_for_confirmation'] as const) {
      expect(heldStep(held('proven', { reason, over: false }))).toEqual({ name: 'approve' });
      expect(heldStep(held('proven', { reason, over: false, leftSeconds: 60 }))).toEqual({
        name: 'hold',
        holdSeconds: 60,
        reason: 'hold_running',
      });
    }
  });

  it('asks once, and denies when nobody answered', () => {
    expect(heldStep(held('unproven', { reason: 'waiting_for_return' }))).toEqual(QUESTION);
    expect(heldStep(held('unproven', { reason: 'waiting_for_confirmation' }))).toEqual({
      name: 'deny',
      reason: 'not_confirmed',
    });
  });

  it('T65 neither approves nor denies what nobody can tell yet, and asks nothing', () => {
    for (const device of DEVICE_PROOFS)
      for (const reason of REASONS) {
        const untold = held(device, { reason, good: false, awaited: true });
        const nobodyAnswered = device === 'unproven' && reason === 'waiting_for_confirmation';
        expect(heldStep(untold)).toEqual(nobodyAnswered ? { name: 'deny', reason: 'not_confirmed' } : undefined);
      }
  });

  it('gives back to reviewers, at the end of its time, what lacks nothing but their votes', () => {
    for (const device of DEVICE_PROOFS)
      for (const reason of REASONS) {
        const part = { reason, good: false, votesMissing: true };
        const nobodyAnswered = device === 'unproven' && reason === 'waiting_for_confirmation';
        const back = { name: 'reconsider', reason: 'reviewer_needed' };
        expect(heldStep(held(device, part))).toEqual(nobodyAnswered ? { name: 'deny', reason: 'not_confirmed' } : back);
        expect(heldStep(held(device, { ...part, over: false }))).toBeUndefined();
      }
  });

  it('denies what is not good any more at the end of its time, and not before', () => {
    expect(heldStep(held('confirmed', { good: false }))).toEqual({ name: 'deny', reason: 'policy_tightened' });
    expect(heldStep(held('proven', { good: false, over: false }))).toBeUndefined();
    expect(heldStep(held('proven', { decision: undefined }))).toEqual({ name: 'deny', reason: 'policy_tightened' });
  });
});
