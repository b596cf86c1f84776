import { decide } from '../../adjudication/decide.js';
import type { SettledFacts } from '../../adjudication/facts.js';
import { objectionsTo } from '../../adjudication/objections.js';
import { PolicyDocument } from '../../policy/policy.js';

/** What production would have done with an attempt. `unknown`: it was decided before facts were kept. */
export const WOULD_HAVE = ['approved', 'held', 'referred', 'denied', 'retried', 'unknown'] as const;
export type WouldHave = (typeof WOULD_HAVE)[number];

/** One decision of an evaluation, as it lies in the database. */
export interface EvaluatedDecision {
  caseId: string;
  facts: SettledFacts | null;
  /** Seconds from the opening of the case to the decision. */
  seconds: number;
}

/** What production would have done, and why; reasons are those of the rules, without what merely was looked at. */
export interface ProductionAnswer {
  wouldHave: WouldHave;
  reasons: string[];
  provider: string | null;
  /** For cases that went to reviewers: whether they could have approved it, or only denied it or sent it back. */
  approvable: boolean;
}

const NEXT: Readonly<Record<string, WouldHave>> = {
  approve: 'approved',
  hold: 'held',
  refer: 'referred',
  deny: 'denied',
  retry: 'retried',
};

/** Decides the stored facts again as if nothing had been an evaluation. Pure; facts that no rule reads are `unknown`. */
export function inProduction(facts: SettledFacts | null): ProductionAnswer {
  const policy = PolicyDocument.safeParse(facts?.policy);
  if (!facts || !policy.success) return { wouldHave: 'unknown', reasons: [], provider: null, approvable: false };
  const live: SettledFacts = {
    ...facts,
    policy: { ...policy.data, mode: 'production' },
    recoveryCase: { ...facts.recoveryCase, mode: 'production' },
  };
  const reasons = objectionsTo(live).flatMap(({ about, reasonCodes }) =>
    reasonCodes.map((code) => `${about}: ${code}`),
  );
  const { next, approvableByReview } = decide(live);
  const wouldHave = NEXT[next.name] ?? 'unknown';
  return {
    wouldHave,
    approvable: wouldHave === 'referred' && approvableByReview,
    reasons: [...new Set(reasons)],
    provider: facts.provider.id,
  };
}

export interface EvaluationFigures {
  cases: number;
  decisions: number;
  outcomes: { wouldHave: WouldHave; decisions: number }[];
  /** The referred ones: those that reviewers could approve, and those that they could only deny or send back. */
  referred: { approvable: number; notApprovable: number };
  reasons: { reason: string; decisions: number }[];
  providers: { provider: string; decisions: number; approved: number; retried: number }[];
  /** Part of the decisions that sent the person back, 0 to 1; null without decisions. */
  retryRate: number | null;
  /** From the opening of the case to a decision that is no retry; null without one. */
  medianSeconds: number | null;
  slowestSeconds: number | null;
}

/** Adds up decisions one at a time; what it keeps of each is a case id and a number of seconds. */
export class EvaluationTally {
  readonly #cases = new Set<string>();
  readonly #outcomes = new Map<WouldHave, number>();
  readonly #reasons = new Map<string, number>();
  readonly #providers = new Map<string, { decisions: number; approved: number; retried: number }>();
  readonly #seconds: number[] = [];
  #decisions = 0;
  #approvable = 0;

  add({ caseId, facts, seconds }: EvaluatedDecision): void {
    const { wouldHave, reasons, provider, approvable } = inProduction(facts);
    this.#decisions += 1;
    if (approvable) this.#approvable += 1;
    this.#cases.add(caseId);
    count(this.#outcomes, wouldHave);
    for (const reason of reasons) count(this.#reasons, reason);
    if (wouldHave !== 'retried') this.#seconds.push(seconds);
    if (provider === null) return;
    const { decisions, approved, retried } = this.#providers.get(provider) ?? { decisions: 0, approved: 0, retried: 0 };
    this.#providers.set(provider, {
      decisions: decisions + 1,
      approved: approved + (wouldHave === 'approved' || wouldHave === 'held' ? 1 : 0),
      retried: retried + (wouldHave === 'retried' ? 1 : 0),
    });
  }

  figures(): EvaluationFigures {
    const sorted = this.#seconds.toSorted((a, b) => a - b);
    const retried = this.#outcomes.get('retried') ?? 0;
    return {
      cases: this.#cases.size,
      decisions: this.#decisions,
      outcomes: WOULD_HAVE.flatMap((wouldHave) => {
        const decisions = this.#outcomes.get(wouldHave);
        return decisions === undefined ? [] : [{ wouldHave, decisions }];
      }),
      referred: {
        approvable: this.#approvable,
        notApprovable: (this.#outcomes.get('referred') ?? 0) - this.#approvable,
      },
      reasons: [...this.#reasons].map(([reason, decisions]) => ({ reason, decisions })).sort(mostFirst),
      providers: [...this.#providers].map(([provider, counts]) => ({ provider, ...counts })).sort(mostFirst),
      retryRate: this.#decisions === 0 ? null : retried / this.#decisions,
      medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? null,
      slowestSeconds: sorted.at(-1) ?? null,
    };
  }
}

const count = <Key>(counts: Map<Key, number>, key: Key): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);
const mostFirst = (a: { decisions: number }, b: { decisions: number }): number => b.decisions - a.decisions;
