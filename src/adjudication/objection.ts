import { attemptsLeft } from '../policy/attempts-left.js';
import type { Objection } from './decision.js';
import type { SettledFacts } from './facts.js';
import type { FindingReason } from './reasons.js';

/** People decide; whether they may set it aside is said where it may be. */
export const refer = (
  about: Objection['about'],
  reason: FindingReason,
  { settleable }: Pick<Objection, 'settleable'> = { settleable: false },
): Objection => ({ about, reasonCodes: [reason], remedy: 'refer', settleable });

/** Nobody sets it aside. */
export const deny = (about: Objection['about'], reason: FindingReason): Objection => ({
  about,
  reasonCodes: [reason],
  remedy: 'deny',
  settleable: false,
});

/** What the policy wants of a thing that speaks against the person: people, or an end. */
export const refuseBy = (
  { review }: SettledFacts['policy'],
  about: Objection['about'],
  reason: FindingReason,
): Objection => (review.onFail === 'deny' ? deny : refer)(about, reason);

/** Whether the person may try again. */
export const attemptsRemain = ({ recoveryCase, policy }: SettledFacts): boolean =>
  attemptsLeft(recoveryCase, policy) > 0;
