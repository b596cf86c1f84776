import { Injectable } from '@nestjs/common';
import { COOL_OFF_DAYS } from '../directory/cool-off.js';
import type { Transaction } from '../platform/database/transaction.js';
import { cutPage, type PageRead } from '../platform/http/lists.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { attemptsLeft } from './attempts-left.js';
import { CountingPolicies, type StoredPolicy } from './counting-policies.js';
import type { PolicyCopy } from './policy-copy.js';
import { covers, type PolicyDocument, type Policy } from './policy.js';
import { providerIds } from './provider-rules.js';
import { stricter } from './strictness.js';

/**
 * Reads the organisation's profiles, and says which rules apply to an account and to a case. `PolicyChanges` changes them.
 *
 * - A case is decided by the strictest, member by member, of the version it started under, of today's profile, and of those
 *   of the groups that the account left during the last week (rule 10). Where one of them is missing, because no profile covers
 *   the account, no provider is allowed.
 * - Only versions that the service has signed count, and of those the newest (docs/adr/0024).
 * - A version stays readable after its profile was changed or removed.
 *
 * An account that no profile covers is no error but `undefined`. A version or an account that never existed is an Error: a fault
 * of the service, and no caller's.
 */
@Injectable()
export class Policies {
  private readonly counting: CountingPolicies;

  constructor(securityEvents: SecurityEvents) {
    this.counting = new CountingPolicies(securityEvents);
  }

  /** The profile with the highest priority that covers these groups; the older one when two are equal. */
  async forSubject(tx: Transaction, subject: { groups: readonly string[] }): Promise<Policy | undefined> {
    return covering(await this.living(tx), subject.groups);
  }

  /**
   * What a new case starts under: today's profile, as strict as those of the groups that the account left during the last
   * week. Undefined when no profile covers it, or none covered it then.
   */
  async forOpening(tx: Transaction, subject: { id: string; groups: readonly string[] }): Promise<Policy | undefined> {
    return (await this.choiceFor(tx, subject.id))(subject.groups);
  }

  /** The same before the account's groups are known. */
  async choiceFor(tx: Transaction, subjectId: string): Promise<(groups: readonly string[]) => Policy | undefined> {
    const [living, lefts] = await Promise.all([this.living(tx), leftLately(tx, [subjectId])]);
    const left = lefts.get(subjectId) ?? [];
    return (now) => {
      const today = covering(living, now);
      const lately = left.map((groups) => covering(living, groups));
      if (!today || lately.includes(undefined)) return undefined;
      return { ...today, document: strictestOf({ started: today, today, lately }) };
    };
  }

  /** One version, also of a profile that was removed since. @throws Error when it never existed */
  version(tx: Transaction, id: string, version: number): Promise<Policy> {
    return this.counting.version(tx, id, version);
  }

  /**
   * The policy that decides a case: member by member the stricter of the version it started under and the one that
   * applies to its subject today (rule 10). If no profile covers the subject, no provider is allowed.
   */
  async strictest(tx: Transaction, recoveryCase: CaseOfPolicy): Promise<PolicyDocument> {
    return strictestOf(await this.both(tx, recoveryCase));
  }

  /** The same for a page of cases, in their order, with as many queries as for one. */
  async strictestOfEach(tx: Transaction, cases: readonly CaseOfPolicy[]): Promise<PolicyDocument[]> {
    return (await this.bothOfEach(tx, cases)).map(strictestOf);
  }

  /** Tries that the person of this case still has (attempts-left.ts). */
  async attemptsLeft(tx: Transaction, recoveryCase: CaseOfPolicy & CountedCase): Promise<number> {
    return attemptsLeft(recoveryCase, await this.strictest(tx, recoveryCase));
  }

  /** The words of a case's pages and notices: today's, or those it started under when nothing covers it any more. */
  async copyOf(tx: Transaction, recoveryCase: CaseOfPolicy): Promise<PolicyCopy> {
    const { started, today } = await this.both(tx, recoveryCase);
    return (today ?? started).document.copy;
  }

  /** Whether both documents that decide a case ask this provider first; otherwise it stands in for another (rule 7). */
  async isFirstChoice(tx: Transaction, recoveryCase: CaseOfPolicy, provider: string): Promise<boolean> {
    return firstChoiceOf(await this.both(tx, recoveryCase)) === provider;
  }

  /** The version a case started under, and the profile that would apply to its subject now. */
  async both(tx: Transaction, recoveryCase: CaseOfPolicy): Promise<PoliciesOfCase & HeldGroups> {
    const [found] = await this.bothOfEach(tx, [recoveryCase]);
    if (!found) throw new Error('a case without policies');
    return found;
  }

  private async bothOfEach(tx: Transaction, cases: readonly CaseOfPolicy[]): Promise<(PoliciesOfCase & HeldGroups)[]> {
    const subjects = [...new Set(cases.map(({ subjectId }) => subjectId))];
    const [started, living, groupsNow, groupsLeft] = await Promise.all([
      this.startedOf(tx, cases),
      this.living(tx),
      groupsOf(tx, subjects),
      leftLately(tx, subjects),
    ]);
    return cases.map(({ policyId, policyVersion, subjectId }) => {
      const [now, left] = [known(groupsNow, subjectId), groupsLeft.get(subjectId) ?? []];
      return {
        started: known(started, versionName(policyId, policyVersion)),
        today: covering(living, now),
        lately: left.map((groups) => covering(living, groups)),
        heldGroups: now.filter((group) => left.every((groups) => groups.includes(group))),
      };
    });
  }

  /** The versions that these cases started under, each read once. */
  private async startedOf(tx: Transaction, cases: readonly CaseOfPolicy[]): Promise<Map<string, Policy>> {
    const wanted = new Map(cases.map((of) => [versionName(of.policyId, of.policyVersion), of]));
    const found = [...wanted].map(async ([name, { policyId, policyVersion }]) => {
      return [name, await this.version(tx, policyId, policyVersion)] as const;
    });
    return new Map(await Promise.all(found));
  }

  /** Every profile that is not removed, in the order in which they are tried. */
  living(tx: Transaction): Promise<StoredPolicy[]> {
    return this.counting.living(tx);
  }

  /** Whether a profile ever stood in this deployment; removed ones count. */
  async everStood(tx: Transaction): Promise<boolean> {
    return (await tx.maybeOne`SELECT 1 FROM policies LIMIT 1`) !== undefined;
  }

  async find(tx: Transaction, id: string): Promise<StoredPolicy | undefined> {
    return (await this.living(tx)).find((policy) => policy.id === id);
  }

  /** Newest first. */
  async page(tx: Transaction, { limit, cursor }: { limit: number; cursor?: string }): Promise<PageRead<StoredPolicy>> {
    const newestFirst = (await this.living(tx)).sort((one, other) => (one.id > other.id ? -1 : 1));
    return cutPage(
      newestFirst.filter(({ id }) => cursor === undefined || id < cursor),
      { limit },
    );
  }
}

const covering = (living: readonly Policy[], groups: readonly string[]): Policy | undefined =>
  living.find((policy) => covers(policy.document, groups));

const versionName = (policyId: string, version: number): string => `${policyId}@${version}`;

function known<Value>(all: ReadonlyMap<string, Value>, name: string): Value {
  const value = all.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}

async function groupsOf(tx: Transaction, subjectIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.many<{ id: string; groups: string[] }>`
    SELECT id, groups FROM subjects WHERE id = ANY(${subjectIds})`;
  return new Map(rows.map(({ id, groups }) => [id, groups]));
}

/** What the accounts belonged to before each change of the last week: none makes a recovery easier at once (rule 10). */
async function leftLately(tx: Transaction, subjectIds: readonly string[]): Promise<Map<string, string[][]>> {
  const rows = await tx.many<{ subjectId: string; groups: string[] }>`
    SELECT DISTINCT subject_id, groups FROM subject_standings
    WHERE subject_id = ANY(${subjectIds}) AND replaced_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
    ORDER BY groups`;
  const left = new Map<string, string[][]>();
  for (const { subjectId, groups } of rows) left.set(subjectId, [...(left.get(subjectId) ?? []), groups]);
  return left;
}

/** The version a case started under, and the one that applies now, if any does. */
interface PoliciesOfCase {
  started: Policy;
  today: Policy | undefined;
  /** Those of the groups that the subject left during the last week. */
  lately: readonly (Policy | undefined)[];
}

interface HeldGroups {
  /**
   * Those of its groups that the subject has had for the whole of the last week, or for all its life. A provider that is
   * asked for some groups only is asked for these: an account that joined one on Monday is not led past the others by it (T49).
   */
  heldGroups: readonly string[];
}

/** What is left where no profile covers the subject: no provider, and no way without one. */
const uncovered = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  providers: [],
  matching: { ...document.matching, withoutDocument: 'refuse' },
});

/** The strictest of all, member by member. When one of them is none – no profile covers the subject – nothing is allowed. */
export function strictestOf({ started, today, lately }: PoliciesOfCase): PolicyDocument {
  return [today, ...lately].reduce(
    (strict, policy) => (policy ? stricter(strict, policy.document) : uncovered(strict)),
    started.document,
  );
}

/** The provider all of them ask first; undefined when they differ in it. */
export function firstChoiceOf({ started, today, lately }: PoliciesOfCase): string | undefined {
  const [first] = providerIds(started.document);
  return [today, ...lately].every((policy) => policy && providerIds(policy.document)[0] === first) ? first : undefined;
}

type CaseOfPolicy = Pick<RecoveryCase, 'policyId' | 'policyVersion' | 'subjectId'>;
type CountedCase = Pick<RecoveryCase, 'attempt' | 'attemptsAllowed'>;
