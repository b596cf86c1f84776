import { codesNaming } from '../../recovery-case/issuing-country.js';
import type { ResolvedProviderRule } from '../../policy/provider-rules.js';

/** Why a provider is not asked for a case. */
export type LeftOutReason =
  | 'not_for_country'
  | 'not_for_document'
  | 'not_for_group'
  | 'cost_unknown'
  | 'too_expensive'
  | 'rounds_used'
  | 'disabled'
  | 'budget_spent'
  | 'circuit_open'
  | 'outside_share';

export interface LeftOut {
  provider: string;
  reason: LeftOutReason;
  /** Looking again after this many seconds may help; absent when it will not. */
  waitSeconds?: number;
}

/** The person as a policy's conditions see them. */
export interface PersonFacts {
  /** ISO 3166-1 alpha-3 of the document they chose; undefined before they chose. */
  issuingCountry: string | undefined;
  documentType: string | undefined;
  /** Those held for the whole cool-off (rule 10). */
  groups: readonly string[];
}

/** How a provider stands now, for everybody. */
export interface ProviderCondition {
  disabled: boolean;
  /** Seconds until a person may be sent there; 0 when it may be now. */
  restSeconds: number;
  /** Minor units; null when unknown. */
  sessionCost: number | null;
  /** Minor units per UTC day; null when there is no limit. */
  dailyBudget: number | null;
  spentToday: number;
  budgetRenewsInSeconds: number;
}

export const UNLIMITED: ProviderCondition = {
  disabled: false,
  restSeconds: 0,
  sessionCost: null,
  dailyBudget: null,
  spentToday: 0,
  budgetRenewsInSeconds: 0,
};

/** A person throws a kill switch back when they do; nobody can say when. */
const DISABLED_LOOK_SECONDS = 60;

interface Judgement {
  rule: ResolvedProviderRule;
  condition: ProviderCondition;
  person: PersonFacts;
}

/** What stands against asking a provider, if anything; what never passes is named before what does. Pure. */
export function obstacleTo(at: Judgement): LeftOut | undefined {
  const provider = at.rule.id;
  const reason = unmetCondition(at) ?? costObstacle(at);
  if (reason) return { provider, reason };
  const { condition } = at;
  if (condition.disabled) return { provider, reason: 'disabled', waitSeconds: DISABLED_LOOK_SECONDS };
  if (budgetSpent(condition)) return { provider, reason: 'budget_spent', waitSeconds: condition.budgetRenewsInSeconds };
  if (condition.restSeconds > 0) return { provider, reason: 'circuit_open', waitSeconds: condition.restSeconds };
  return undefined;
}

/** A condition asks for what is known: a person who has not named a document fulfils none about documents. */
function unmetCondition({ rule: { when }, person }: Judgement): LeftOutReason | undefined {
  const countries = codesNaming(person.issuingCountry);
  if (when?.countries && !when.countries.some((country) => countries.includes(country))) return 'not_for_country';
  if (when?.documentTypes && !holds(when.documentTypes, person.documentType)) return 'not_for_document';
  if (when?.groups && !when.groups.some((group) => person.groups.includes(group))) return 'not_for_group';
  return undefined;
}

const holds = (allowed: readonly string[], value: string | undefined): boolean =>
  value !== undefined && allowed.includes(value);

/** A cap or a budget without a known cost cannot be kept, so nothing is spent. */
function costObstacle({ rule, condition }: Judgement): LeftOutReason | undefined {
  const { sessionCost, dailyBudget } = condition;
  if (sessionCost === null)
    return rule.maxSessionCost !== undefined || dailyBudget !== null ? 'cost_unknown' : undefined;
  return rule.maxSessionCost !== undefined && sessionCost > rule.maxSessionCost ? 'too_expensive' : undefined;
}

const budgetSpent = ({ sessionCost, dailyBudget, spentToday }: ProviderCondition): boolean =>
  dailyBudget !== null && spentToday + (sessionCost ?? 0) > dailyBudget;

/** What a person's own document or groups decide: which of them it was would tell something about the person. */
const ABOUT_THE_PERSON: ReadonlySet<LeftOutReason> = new Set<LeftOutReason>([
  'not_for_country',
  'not_for_document',
  'not_for_group',
]);

/** `provider:reason`, as audit events and session rows keep it: they outlive the case's data. */
export const leftOutWords = (leftOut: readonly LeftOut[]): string[] =>
  leftOut.map(({ provider, reason }) => `${provider}:${ABOUT_THE_PERSON.has(reason) ? 'not_covered' : reason}`);
