import { z } from 'zod';
import { DOCUMENT_TYPES } from '../../providers/kit/index.js';
import { DocumentTypeWord } from '../recovery-case/case.schemas.js';
import { codesNaming } from '../recovery-case/issuing-country.js';
import type { NamedDocument } from './document-rules.js';

const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

const ProviderId = z.string().regex(/^[a-z0-9-]{1,40}$/);

/**
 * Whom a provider is asked for. Every list that is given has to hold what the case has; a person who has not named a
 * document yet is in none of them.
 */
const ProviderConditions = z
  .strictObject({
    countries: z
      .array(z.string().regex(/^[A-Z]{3}$/))
      .min(1)
      .max(300)
      .refine(distinct, 'each country once')
      .optional()
      .describe('ISO 3166-1 alpha-3, compared with the issuing country the person chose.'),
    documentTypes: z
      .array(DocumentTypeWord)
      .min(1)
      .max(DOCUMENT_TYPES.length)
      .refine(distinct, 'each document type once')
      .optional()
      .describe('Types of document; the one that the person chose has to be among them.'),
    groups: z
      .array(z.string().min(1).max(80))
      .min(1)
      .max(100)
      .refine(distinct, 'each group once')
      .optional()
      .describe('Group names; membership in one of them is enough, once it has lasted for a week.'),
  })
  .meta({ id: 'PolicyProviderConditions' });

/** A provider with what limits it. Everything but `id` may be left out; left out means no limit of that kind. */
export const ProviderRule = z
  .strictObject({
    id: ProviderId,
    when: ProviderConditions.optional().describe('Whom it is asked for; left out, everybody.'),
    maxSessionCost: z
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe(
        'Minor units of the currency the partner bills in. A partner whose sessions cost more, or cost we know not what, is not asked.',
      ),
    share: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Percent of cases that ask this provider in its turn. The others come to it only when nobody else is available.',
      ),
    unprovenDevice: z
      .enum(['confirm', 'allow'])
      .optional()
      .describe(
        'What follows when the device that used the partner is not proven to be the one that captures: `confirm` at an address on file, or `allow`. Without it, `confirm`. Production refuses `allow`.',
      ),
  })
  .meta({ id: 'PolicyProviderRule' });
export type ProviderRule = z.infer<typeof ProviderRule>;

/** An id alone, or an id with conditions. An id stays an id on the wire. */
export type ProviderEntry = string | ProviderRule;

export const ProviderEntries = z
  .array(z.union([ProviderId, ProviderRule]))
  .min(1)
  .max(10)
  .refine((entries) => distinct(entries.map(idOf)), 'each provider once');

/** A rule with its default filled in. */
export interface ResolvedProviderRule extends ProviderRule {
  unprovenDevice: 'confirm' | 'allow';
}

interface Listing {
  providers: readonly ProviderEntry[];
}

/** Ids in the policy's order. */
export function providerIds({ providers }: Listing): string[] {
  return providers.map(idOf);
}

/** What the policy asks of one provider; undefined when the policy does not name it. */
export function providerRule({ providers }: Listing, id: string): ResolvedProviderRule | undefined {
  const entry = providers.find((candidate) => idOf(candidate) === id);
  return entry === undefined ? undefined : resolved(entry);
}

/** Whether `after` lets a provider be asked that `before` did not, or asks less of one that both name. */
export function providersWeaker(before: readonly ProviderEntry[], after: readonly ProviderEntry[]): boolean {
  return after.some((entry) => {
    const was = providerRule({ providers: before }, idOf(entry));
    return was === undefined || ruleWeaker(was, resolved(entry));
  });
}

/**
 * Whether another provider could be asked first for some person: the order differs, one in between is gone, or one with
 * others behind it is asked for fewer people. Providers behind one that is asked for everybody do not matter: they
 * stand in for it, and are judged as such (rule 7).
 */
export function firstMayDiffer(before: readonly ProviderEntry[], after: readonly ProviderEntry[]): boolean {
  for (const [at, entry] of after.entries()) {
    const was = before[at];
    if (was === undefined) return false;
    if (idOf(was) !== idOf(entry)) return true;
    const hasOthersBehind = at + 1 < Math.max(before.length, after.length);
    if (hasOthersBehind && isAskedMore(resolved(entry), resolved(was))) return true;
    if (isForEverybody(resolved(entry)) && isForEverybody(resolved(was))) return false;
  }
  return false;
}

const isForEverybody = ({ when, maxSessionCost, share }: ResolvedProviderRule): boolean =>
  !when && maxSessionCost === undefined && (share ?? 100) === 100;

/** Whether the policy asks this provider about such a document; false for one of which nobody knows what the policy asks. */
export function asksAbout(entries: Listing, id: string, document: NamedDocument): boolean {
  const when = providerRule(entries, id)?.when;
  const type = DOCUMENT_TYPES.find((known) => known === document.documentType);
  const countries = codesNaming(document.issuingCountry);
  return (
    (!when?.countries || when.countries.some((country) => countries.includes(country))) &&
    (!when?.documentTypes || (type !== undefined && when.documentTypes.includes(type)))
  );
}

/**
 * The providers both lists name, each with the conditions of both. One that nobody could meet is left out. The order
 * depends on the two lists and not on which of them is called `a`.
 */
export function stricterProviders(a: readonly ProviderEntry[], b: readonly ProviderEntry[]): ProviderEntry[] {
  const place = (entries: readonly ProviderEntry[], id: string): number =>
    entries.findIndex((entry) => idOf(entry) === id);
  const rank = (entry: ProviderEntry): number => Math.max(place(a, idOf(entry)), place(b, idOf(entry)));
  return a
    .flatMap((entry) => {
      const other = b.find((candidate) => idOf(candidate) === idOf(entry));
      return other === undefined ? [] : (stricterEntry(entry, other) ?? []);
    })
    .sort((x, y) => rank(x) - rank(y) || (idOf(x) < idOf(y) ? -1 : 1));
}

function idOf(entry: ProviderEntry): string {
  return typeof entry === 'string' ? entry : entry.id;
}

function resolved(entry: ProviderEntry): ResolvedProviderRule {
  return { unprovenDevice: 'confirm', ...(typeof entry === 'string' ? { id: entry } : entry) };
}

const CONDITIONS = ['countries', 'documentTypes', 'groups'] as const;

function ruleWeaker(before: ResolvedProviderRule, after: ResolvedProviderRule): boolean {
  return isAskedMore(before, after) || (after.unprovenDevice === 'allow' && before.unprovenDevice === 'confirm');
}

/** Whether `after` has the provider asked of somebody it was not asked of before. */
function isAskedMore(before: ResolvedProviderRule, after: ResolvedProviderRule): boolean {
  return (
    CONDITIONS.some((name) => listWeaker(before.when?.[name], after.when?.[name])) ||
    (after.maxSessionCost ?? Infinity) > (before.maxSessionCost ?? Infinity) ||
    (after.share ?? 100) > (before.share ?? 100)
  );
}

/** No list holds for everybody. */
function listWeaker(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  if (!before) return false;
  return !after || after.some((value) => !before.includes(value));
}

/** Undefined when the two have no case in common. */
function stricterEntry(a: ProviderEntry, b: ProviderEntry): ProviderEntry | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return structuredClone(a);
  const [left, right] = [resolved(a), resolved(b)];
  const lists = CONDITIONS.map((name) => [name, common<string>(left.when?.[name], right.when?.[name])] as const);
  if (lists.some(([, list]) => list?.length === 0)) return undefined;
  const given = lists.filter(([, list]) => list !== undefined);
  const rule: ProviderRule = {
    id: left.id,
    ...(given.length > 0 ? { when: Object.fromEntries(given) } : {}),
    ...smallest('maxSessionCost', left, right),
    ...smallest('share', left, right),
    ...(left.unprovenDevice === 'allow' && right.unprovenDevice === 'allow' ? { unprovenDevice: 'allow' } : {}),
  };
  return Object.keys(rule).length === 1 ? rule.id : rule;
}

/** Sorted, so that the order of writing decides nothing. */
function common<Value>(a: readonly Value[] | undefined, b: readonly Value[] | undefined): Value[] | undefined {
  if (!a || !b) return (a ?? b) && [...(a ?? b ?? [])].sort();
  return a.filter((value) => b.includes(value)).sort();
}

function smallest(member: 'maxSessionCost' | 'share', a: ProviderRule, b: ProviderRule): Partial<ProviderRule> {
  const given = [a[member], b[member]].filter((value) => value !== undefined);
  return given.length > 0 ? { [member]: Math.min(...given) } : {};
}
