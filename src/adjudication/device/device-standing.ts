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
}

/**
 * `proven`: the check was done at the browser that gets the token. `allowed`: the policy does without. `confirmed`: an
 * address on file vouches for it. `may_return`: proof may still come. `unproven`: the partner's address may have been
 * passed on to whoever was checked (T33).
 */
export type DeviceStanding = 'proven' | 'allowed' | 'confirmed' | 'may_return' | 'unproven';

/** Pure and total. A way of proof that is not known proves nothing. */
export function deviceStanding(facts: {
  device: DeviceFacts;
  provider: { id: string };
  policy: Pick<PolicyDocument, 'providers'>;
}): DeviceStanding {
  const { sameDevice, returned, strayed, overdue, confirmed } = facts.device;
  const comesBack = !strayed && (sameDevice === 'return' || sameDevice === 'code');
  if (sameDevice === 'capture' || (comesBack && returned)) return 'proven';
  if (providerRule(facts.policy, facts.provider.id)?.unprovenDevice === 'allow') return 'allowed';
  if (confirmed) return 'confirmed';
  return comesBack && !overdue ? 'may_return' : 'unproven';
}

/** Whether a token may be issued as far as the device goes. */
export const deviceSettled = (standing: DeviceStanding): boolean =>
  standing === 'proven' || standing === 'allowed' || standing === 'confirmed';
