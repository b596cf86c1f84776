import type { ProviderCapabilities } from '../../../providers/kit/index.js';
import type { PolicyDocument } from '../../policy/policy.js';
import { providerRule } from '../../policy/provider-rules.js';

/** A returning browser often arrives seconds after the result; nobody is asked anything before this has passed. */
export const RETURN_GRACE_SECONDS = 60;

/** A shorter hold would leave nobody the time to read the message and answer it. */
export const CONFIRMATION_SECONDS = 900;

/** What is known of where the check was done, seen from the browser that gets the token. */
export interface DeviceFacts {
  /** What the provider can show at all; `none` for one that is not loaded any more. */
  sameDevice: ProviderCapabilities['sameDevice'];
  /** The browser that started has come back with the one-time state of this session, or with its code. */
  returned: boolean;
  /** Some other browser came with that state: the partner's address was opened elsewhere, before or after. */
  strayed: boolean;
  /** It has had its time to come back. */
  overdue: boolean;
  /** An address on file confirmed this attempt. */
  confirmed: boolean;
  /**
   * No address on file is left to ask: each shares its mailbox with a link of this case, is new, or is not there. Absent where
   * there is one, and in what was stored before anybody looked.
   */
  nobodyToAsk?: true;
}

/**
 * - `proven`: the check was done at the browser that gets the token.
 * - `allowed`: the policy does without proof.
 * - `confirmed`: an address on file vouches for it.
 * - `may_return`: proof may still come.
 * - `unproven`: the partner's address may have been passed on to the person who was checked (T33). An address on file is
 *   asked.
 * - `unaskable`: the same, but the reader of the link would also read the question. Only people can tell.
 */
export const DEVICE_PROOFS = ['proven', 'allowed', 'confirmed', 'may_return', 'unproven', 'unaskable'] as const;
export type DeviceProof = (typeof DEVICE_PROOFS)[number];

/** Pure and total. An unknown way of proof proves nothing. */
export function deviceProof(facts: {
  device: DeviceFacts;
  provider: { id: string };
  policy: Pick<PolicyDocument, 'providers'>;
}): DeviceProof {
  const { sameDevice, returned, strayed, overdue, confirmed, nobodyToAsk } = facts.device;
  const comesBack = !strayed && (sameDevice === 'return' || sameDevice === 'code');
  if (sameDevice === 'capture' || (comesBack && returned)) return 'proven';
  if (providerRule(facts.policy, facts.provider.id)?.unprovenDevice === 'allow') return 'allowed';
  if (confirmed) return 'confirmed';
  if (comesBack && !overdue) return 'may_return';
  return nobodyToAsk ? 'unaskable' : 'unproven';
}

/**
 * Whether a token may be issued as far as the device goes. `unaskable` is an objection of its own (objections.ts): a case
 * that has it is good only by the word of reviewers who were told of it.
 */
export const deviceSettled = (proof: DeviceProof): boolean =>
  proof === 'proven' || proof === 'allowed' || proof === 'confirmed' || proof === 'unaskable';
