import { commonCountries, countriesWeaker } from './document-rules.js';
import { PolicyDocument } from './policy.js';
import { providersWeaker, stricterProviders } from './provider-rules.js';

/** How one member orders: when `after` asks for less than `before`, and the stricter of two values. */
interface Rule<Value> {
  weaker(before: Value, after: Value): boolean;
  stricter(a: Value, b: Value): Value;
}

type Leaf = string | number | boolean | readonly unknown[];

/** A rule for every member, nested like the document: a member without a rule does not compile. `copy` is one member. */
type Rules<Section> = {
  readonly [Member in keyof Section]-?: Member extends 'copy'
    ? Rule<Section[Member]>
    : Section[Member] extends Leaf
      ? Rule<Section[Member]>
      : Rules<Section[Member]>;
};

const smaller: Rule<number> = { weaker: (before, after) => after > before, stricter: (a, b) => Math.min(a, b) };
const larger: Rule<number> = { weaker: (before, after) => after < before, stricter: (a, b) => Math.max(a, b) };

/** One of a few words, strictest first. */
function ranked<Word extends string | number | boolean>(...strictestFirst: Word[]): Rule<Word> {
  const rank = (word: Word): number => strictestFirst.indexOf(word);
  return {
    weaker: (before, after) => rank(after) > rank(before),
    stricter: (a, b) => (rank(a) <= rank(b) ? a : b),
  };
}

/** A list whose every entry asks for more: dropping one is weaker, the union is the stricter. */
function demands<Entry extends string>(): Rule<Entry[]> {
  return {
    weaker: (before, after) => before.some((entry) => !after.includes(entry)),
    stricter: (a, b) => inBothOrders([...new Set([...a, ...b])], a, b),
  };
}

/** A list whose every entry allows more: adding one is weaker, the common part is the stricter. */
function permissions<Entry extends string>(): Rule<Entry[]> {
  return {
    weaker: (before, after) => after.some((entry) => !before.includes(entry)),
    stricter: (a, b) =>
      inBothOrders(
        a.filter((entry) => b.includes(entry)),
        a,
        b,
      ),
  };
}

/** Says who is covered, not what is asked of them: policy-change.ts looks at it. One of the two, the same either way. */
function silent<Value>(): Rule<Value> {
  return { weaker: () => false, stricter: (a, b) => (JSON.stringify(a) <= JSON.stringify(b) ? a : b) };
}

/** An order that depends on the two lists and not on which of them is called `a`; equal lists keep theirs. */
function inBothOrders<Entry extends string>(entries: Entry[], a: readonly Entry[], b: readonly Entry[]): Entry[] {
  const place = (list: readonly Entry[], entry: Entry): number =>
    list.includes(entry) ? list.indexOf(entry) : list.length;
  const rank = (entry: Entry): number => Math.max(place(a, entry), place(b, entry));
  return entries.sort((x, y) => rank(x) - rank(y) || (x < y ? -1 : 1));
}

const RULES: Rules<PolicyDocument> = {
  name: silent(),
  priority: silent(),
  include: silent(),
  exclude: silent(),
  // An evaluation issues nothing.
  mode: ranked('evaluation', 'production'),
  // Words, no demands; what people are told to turn to when it was not them is judged by policy-change.ts.
  copy: silent(),
  // As a set with conditions: who is asked first is judged by policy-change.ts, and per case by `Policies.isFirstChoice`.
  providers: { weaker: providersWeaker, stricter: stricterProviders },
  requiredChecks: demands(),
  strength: { aal2Checks: demands(), aal3Checks: demands() },
  waivedChecks: permissions(),
  matching: {
    require: demands(),
    names: ranked('equivalent', 'compatible'),
    unproofed: ranked('refuse', 'review', 'codes'),
    withoutDocument: ranked('refuse', 'codes'),
  },
  documents: {
    types: permissions(),
    countries: { weaker: countriesWeaker, stricter: commonCountries },
    excludedCountries: demands(),
  },
  ingredients: { proofed: demands(), unproofed: demands() },
  capture: {
    selfieFiles: ranked('refuse', 'review', 'accept'),
    checkPhoto: ranked('always', 'unless_automatic'),
  },
  limits: {
    caseTtlSeconds: smaller,
    linkTtlSeconds: smaller,
    tokenTtlSeconds: smaller,
    attempts: smaller,
    accountAttempts: smaller,
    accountWindowSeconds: larger,
  },
  hold: { seconds: larger, fairEvidenceSeconds: larger, weakEvidenceSeconds: larger },
  review: {
    reviewable: permissions(),
    onFail: ranked('deny', 'review', 'retry'),
    reviewersNeeded: ranked<1 | 2>(2, 1),
  },
  authorization: { privilegedNeedsSecondPerson: ranked<boolean>(true, false), privilegedGroups: demands() },
  relay: { allowed: ranked<boolean>(false, true), holdSeconds: larger },
  retention: { evidenceSeconds: smaller },
  allowSpecimens: ranked<boolean>(false, true),
  allowRepeatedPictures: ranked<boolean>(false, true),
};

/** The table walked as one list: a dotted name and how to read and judge that member. */
interface Member {
  name: string;
  path: readonly string[];
  rule: Rule<unknown>;
}

const isRule = (entry: unknown): entry is Rule<unknown> =>
  typeof entry === 'object' && entry !== null && 'weaker' in entry;

function membersOf(rules: object, path: readonly string[] = []): Member[] {
  return Object.entries(rules).flatMap(([key, entry]: [string, object]) => {
    const here = [...path, key];
    return isRule(entry) ? [{ name: here.join('.'), path: here, rule: entry }] : membersOf(entry, here);
  });
}

const MEMBERS = membersOf(RULES);

/**
 * Dotted names of every member that has a rule; a test compares them with the schema's.
 *
 * @internal
 */
export const POLICY_MEMBERS: readonly string[] = MEMBERS.map((member) => member.name);

function valueAt(document: PolicyDocument, path: readonly string[]): unknown {
  return path.reduce<unknown>((section, key) => (section as Record<string, unknown>)[key], document);
}

/**
 * Names the members by which `after` asks for less than `before`; empty when it is at least as strict in every one.
 * Pure. Who a profile covers and which provider is asked first are judged by `weakeningOf` in policy-change.ts.
 */
export function weakens(before: PolicyDocument, after: PolicyDocument): string[] {
  return MEMBERS.filter(({ path, rule }) => rule.weaker(valueAt(before, path), valueAt(after, path))).map(
    ({ name }) => name,
  );
}

/** One member that differs, and which way it went. `other`: it asks for neither more nor less. */
export interface ChangedMember {
  name: string;
  was: unknown;
  is: unknown;
  direction: 'weaker' | 'stricter' | 'other';
}

/** Members that differ, in the schema's order. One that asks for less in some respect is `weaker`, whatever else it does. */
export function changedMembers(before: PolicyDocument, after: PolicyDocument): ChangedMember[] {
  return MEMBERS.flatMap(({ name, path, rule }) => {
    const [was, is] = [valueAt(before, path), valueAt(after, path)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const stricter = rule.weaker(is, was) ? 'stricter' : 'other';
    return [{ name, was, is, direction: rule.weaker(was, is) ? 'weaker' : stricter }];
  });
}

/**
 * The stricter of two documents, member by member: never weaker than either by `weakens`. Pure, commutative and
 * idempotent. `providers` may come out empty – no provider is allowed by both – and then nothing can be verified.
 */
export function stricter(a: PolicyDocument, b: PolicyDocument): PolicyDocument {
  if (a === b) return a;
  const result = structuredClone(a);
  for (const { path, rule } of MEMBERS) {
    const section = path.slice(0, -1).reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], result);
    (section as Record<string, unknown>)[path.at(-1) ?? ''] = structuredClone(
      rule.stricter(valueAt(a, path), valueAt(b, path)),
    );
  }
  return result;
}
