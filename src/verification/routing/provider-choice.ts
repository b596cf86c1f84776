import type { ProviderAdapter } from '../../../providers/kit/index.js';
import type { VerificationSession } from '../session/verification-session.js';

export interface ChoiceQuestion {
  /** Loaded providers the policy allows this subject, in the policy's order. */
  offered: readonly ProviderAdapter[];
  /** The provider the policy asks first, loaded or not. */
  policyFirst: string | undefined;
  privileged: boolean;
  attempt: number;
  /** Sessions of this case that failed. */
  failures: readonly Pick<VerificationSession, 'provider' | 'attempt'>[];
  /** The person's own choice. */
  requested?: string;
}

export interface ProviderChoice {
  adapter: ProviderAdapter;
  role: VerificationSession['role'];
  /** How often this provider already failed in this attempt; 0 in the first round. */
  round: number;
}

/** Rounds over all providers before a person has to look at the case. */
export const MAX_ROUNDS = 5;

/**
 * Who is asked next: fewest failures in this attempt, then fewest in earlier ones, then the policy's order. Undefined
 * when nobody is left, or when the requested one is not offered.
 */
export function chooseProvider(question: ChoiceQuestion): ProviderChoice | undefined {
  const failed = (id: string, here: boolean): number =>
    question.failures.filter((failure) => failure.provider === id && (failure.attempt === question.attempt) === here)
      .length;
  const candidates = question.offered
    .filter((adapter) => question.requested === undefined || adapter.id === question.requested)
    .filter((adapter) => failed(adapter.id, true) < MAX_ROUNDS)
    .map((adapter) => ({
      adapter,
      role: roleOf(adapter, question),
      round: failed(adapter.id, true),
      earlier: failed(adapter.id, false),
    }))
    .filter(({ adapter, role }) => !(question.privileged && role === 'fallback' && isOwnMachine(adapter)));
  const [best] = candidates.sort((a, b) => a.round - b.round || a.earlier - b.earlier);
  return best && { adapter: best.adapter, role: best.role, round: best.round };
}

/**
 * Whether a result stands in for somebody else's. The own machine is `first` only where the policy asks it first and no
 * partner failed: neither an outage nor the person's own choice may turn it into the easier way (rule 7, T62).
 */
function roleOf(adapter: ProviderAdapter, question: ChoiceQuestion): VerificationSession['role'] {
  const anotherFailed = question.failures.some((failure) => failure.provider !== adapter.id);
  const wasNotAskedFirst = isOwnMachine(adapter) && adapter.id !== question.policyFirst;
  return anotherFailed || wasNotAskedFirst ? 'fallback' : 'first';
}

const isOwnMachine = (adapter: ProviderAdapter): boolean => adapter.capabilities.dataLeaves === 'organisation';

const ROUND_DELAYS_SECONDS = [0, 30, 60, 120, 300] as const;

/** How long everybody is left alone before the next round. */
export const roundDelaySeconds = (round: number): number =>
  ROUND_DELAYS_SECONDS[Math.min(round, ROUND_DELAYS_SECONDS.length - 1)] ?? 300;

const MAX_RETRY_AFTER_SECONDS = 900;

/** Seconds until the next try: doubling, or what the partner asked for when that is longer. */
export function backoffSeconds(
  tries: number,
  options: { firstSeconds: number; maxSeconds: number; retryAfterSeconds?: number },
): number {
  const doubled = Math.min(options.maxSeconds, options.firstSeconds * 2 ** Math.max(0, tries - 1));
  return Math.max(doubled, Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(options.retryAfterSeconds ?? 0)));
}
