import type { ProviderAdapter } from '../../../providers/kit/index.js';
import type { ResolvedProviderRule } from '../../policy/provider-rules.js';
import type { VerificationSession } from '../session/verification-session.js';
import { obstacleTo, type LeftOut, type PersonFacts, type ProviderCondition } from './provider-obstacles.js';

/** A loaded provider the policy names, with everything its choice depends on. */
export interface Candidate {
  adapter: ProviderAdapter;
  rule: ResolvedProviderRule;
  condition: ProviderCondition;
  /** The case's own place in this provider's split, 0 to 99: always the same for the same case. */
  place: number;
}

export interface ChoiceQuestion {
  /** In the policy's order. */
  candidates: readonly Candidate[];
  /** The provider the policy asks first, loaded or not. */
  policyFirst: string | undefined;
  person: PersonFacts;
  privileged: boolean;
  attempt: number;
  /** Sessions of this case that failed. */
  failures: readonly Pick<VerificationSession, 'provider' | 'attempt'>[];
  /** Only this one, by the person's own choice. */
  requested?: string;
}

export interface ProviderChoice {
  adapter: ProviderAdapter;
  role: VerificationSession['role'];
  /** How often this provider already failed in this attempt; 0 in the first round. */
  round: number;
}

export interface RoutingAnswer {
  /** Who is asked now. */
  chosen?: ProviderChoice;
  /** When nobody can be asked now: who may be soonest, and in how many seconds to look again. Missing: nobody ever. */
  waitFor?: ProviderChoice & { waitSeconds: number };
  /** Everybody else, with the reason. */
  leftOut: LeftOut[];
}

/** Rounds over all providers before a person has to look at the case. */
export const MAX_ROUNDS = 5;

type Judged = ProviderChoice & { outsideShare: boolean; earlier: number; obstacle: LeftOut | undefined };

/**
 * Chooses the next provider among those without an obstacle: fewest failures in this attempt, then whether the case is
 * in its share, then fewest failures in earlier attempts, then the policy's order. So a provider gets its share of the
 * cases that reach it, and cases outside its share only when no other provider is left. Pure.
 */
export function chooseProvider(question: ChoiceQuestion): RoutingAnswer {
  const judged = judge(question);
  const [chosen] = judged
    .filter(({ obstacle }) => obstacle === undefined)
    .sort((a, b) => a.round - b.round || Number(a.outsideShare) - Number(b.outsideShare) || a.earlier - b.earlier);
  const leftOut = judged
    .filter(({ adapter }) => adapter.id !== chosen?.adapter.id)
    .flatMap(({ adapter, obstacle, outsideShare }): LeftOut[] => {
      if (obstacle) return [obstacle];
      return outsideShare ? [{ provider: adapter.id, reason: 'outside_share' }] : [];
    });
  if (chosen) return { chosen: choiceOf(chosen), leftOut };
  const waiting = judged.flatMap((one) => {
    const waitSeconds = one.obstacle?.waitSeconds;
    return waitSeconds === undefined ? [] : [{ ...choiceOf(one), waitSeconds }];
  });
  const [waitFor] = waiting.sort((a, b) => a.waitSeconds - b.waitSeconds);
  return waitFor ? { waitFor, leftOut } : { leftOut };
}

function judge(question: ChoiceQuestion): Judged[] {
  const here = question.failures.filter(({ attempt }) => attempt === question.attempt);
  const earlier = question.failures.filter(({ attempt }) => attempt !== question.attempt);
  let betterOneMissing = false;
  return question.candidates
    .map((candidate) => {
      const { adapter, rule, place } = candidate;
      const round = countOf(here, adapter);
      const obstacle: LeftOut | undefined =
        round < MAX_ROUNDS
          ? obstacleTo({ rule, condition: candidate.condition, person: question.person })
          : { provider: adapter.id, reason: 'rounds_used' };
      const role = betterOneMissing ? 'fallback' : roleOf(adapter, question);
      betterOneMissing ||= obstacle?.waitSeconds !== undefined;
      const outsideShare = place >= (rule.share ?? 100);
      return { adapter, role, round, obstacle, outsideShare, earlier: countOf(earlier, adapter) } satisfies Judged;
    })
    .filter(({ adapter }) => question.requested === undefined || adapter.id === question.requested)
    .filter(({ adapter, role }) => !(question.privileged && role === 'fallback' && isOwnMachine(adapter)));
}

const countOf = (failures: ChoiceQuestion['failures'], { id }: ProviderAdapter): number =>
  failures.filter(({ provider }) => provider === id).length;

const choiceOf = ({ adapter, role, round }: Judged): ProviderChoice => ({ adapter, role, round });

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

/** Who a person may choose among: those who can be asked now; when there are none, those worth waiting for. */
export function offersOf(question: ChoiceQuestion): ProviderAdapter[] {
  const answers = question.candidates.map(({ adapter }) => chooseProvider({ ...question, requested: adapter.id }));
  const now = answers.flatMap(({ chosen }) => chosen?.adapter ?? []);
  return now.length > 0 ? now : answers.flatMap(({ waitFor }) => waitFor?.adapter ?? []);
}

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
