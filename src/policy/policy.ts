import { z } from 'zod';
import { CHECK_KINDS } from '../../providers/kit/index.js';
import { DocumentRules } from './document-rules.js';
import { PolicyCopy } from './policy-copy.js';
import { ProviderEntries } from './provider-rules.js';

const YEAR_SECONDS = 31_536_000;
const THREE_DAYS_SECONDS = 259_200;
const WEEK_SECONDS = 604_800;

const seconds = (fallback: number) => z.number().int().min(1).max(YEAR_SECONDS).default(fallback);
const holdSeconds = (fallback: number) => z.number().int().min(0).max(THREE_DAYS_SECONDS).default(fallback);
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

const CheckKindWord = z.enum(CHECK_KINDS).meta({ id: 'CheckKind' });
const CheckKinds = z.array(CheckKindWord).max(CHECK_KINDS.length).refine(distinct, 'each check once');
/** Codes that can be asked for besides documents and face (NIST SP 800-63B-4, 4.2.1.1 and 4.2.1.2). */
export const INGREDIENTS = ['saved_code', 'issued_code'] as const;
export type Ingredient = (typeof INGREDIENTS)[number];
const Ingredients = z.array(z.enum(INGREDIENTS)).refine(distinct, 'each of them once');
const Groups = z.array(z.string().min(1).max(80)).max(100).refine(distinct, 'each group once');

/**
 * One recovery profile (docs/policies.md). The stricter of a case's starting version and today's decides
 * it. What each member's stricter direction is stands in strictness.ts; what production refuses in production-rules.ts.
 */
export const PolicyDocument = z
  .strictObject({
    name: z.string().min(1).max(80),
    /** Higher wins among the profiles that cover a subject. */
    priority: z.number().int().min(0).max(1_000).default(0),
    /** Group names; empty means everybody. */
    include: Groups.default([]),
    /** Group names; membership in one of them wins over `include`. */
    exclude: Groups.default([]),
    mode: z.enum(['production', 'evaluation']).default('production'),
    copy: PolicyCopy,
    /** Providers in order, by id or with conditions; the first that may be asked is, later ones stand in when it fails. */
    providers: ProviderEntries,
    requiredChecks: CheckKinds.min(1),
    /**
     * Checks that an account with stronger ways to sign in needs besides (T61): AAL2 accounts the first list, AAL3 accounts
     * both. An account whose level nobody recorded counts as AAL3.
     */
    strength: z
      .strictObject({ aal2Checks: CheckKinds.default([]), aal3Checks: CheckKinds.default([]) })
      .meta({ id: 'PolicyStrength' })
      .prefault({}),
    /** Checks that may be `not_run` in the open. Refused in production (rule 7). */
    waivedChecks: CheckKinds.default([]),
    matching: z
      .strictObject({
        /**
         * What binds the evidence to this account. `data`: name and birth date agree with the proofing record;
         * `portrait`: the face agrees with the record's portrait. One of these two at least: rule 6 has no exception.
         * `document_number`: the document is the one that was shown at enrolment.
         */
        require: z
          .array(z.enum(['data', 'portrait', 'document_number']))
          .refine(distinct, 'each of them once')
          .refine((ties) => ties.includes('data') || ties.includes('portrait'), 'data or portrait')
          .default(['data']),
        /** The loosest outcome of a name that still agrees: `compatible` takes in short forms, `equivalent` does not. */
        names: z.enum(['equivalent', 'compatible']).default('compatible'),
        /** What follows for an account that was never proofed: nobody, people, or the codes named in `ingredients`. */
        unproofed: z.enum(['refuse', 'review', 'codes']).default('review'),
        /**
         * Whether two codes by different methods recover an account without a document (NIST SP 800-63B-4, 4.2.2.2). Never
         * one of AAL3, of unknown strength or proofed on site, and nobody privileged: `codes-alone.ts`.
         */
        withoutDocument: z.enum(['refuse', 'codes']).default('refuse'),
      })
      .meta({ id: 'PolicyMatching' })
      .prefault({}),
    documents: DocumentRules,
    ingredients: z
      .strictObject({
        /** Codes a proofed account needs besides its documents. */
        proofed: Ingredients.default([]),
        /** The same for an account that was never proofed. */
        unproofed: Ingredients.default([]),
      })
      .meta({ id: 'PolicyIngredients' })
      .prefault({}),
    capture: z
      .strictObject({
        /**
         * A selfie that is not said to be the page's own camera's: `accept` takes it and counts it as weak evidence, `review` has
         * people look at it, `refuse` does not take it (ADR 16).
         */
        selfieFiles: z.enum(['refuse', 'review', 'accept']).default('accept'),
        /**
         * Whether a person is asked if a photo is good before it is sent: `unless_automatic` sends what the page's camera took
         * by itself at once. The service looks at every picture either way, and each can be taken again before the request.
         */
        checkPhoto: z.enum(['always', 'unless_automatic']).default('always'),
      })
      .meta({ id: 'PolicyCapture' })
      .prefault({}),
    limits: z
      .strictObject({
        /** At most a week: whoever needs longer starts again. */
        caseTtlSeconds: z.number().int().min(1).max(604_800).default(86_400),
        linkTtlSeconds: seconds(1_800),
        /** NIST SP 800-63B-4, 4.1.2.2: at most ten minutes. */
        tokenTtlSeconds: z.number().int().min(1).max(600).default(600),
        attempts: z.number().int().min(1).max(10).default(3),
        /** Submissions of one account over all its cases within the window (T75). */
        accountAttempts: z.number().int().min(1).max(10).default(10),
        /** At least six hours and at most a day. */
        accountWindowSeconds: z.number().int().min(21_600).max(86_400).default(21_600),
      })
      .meta({ id: 'PolicyLimits' })
      .prefault({}),
    /** Time between a good verdict and the token, in which the account's owner can stop it. */
    hold: z
      .strictObject({
        /** For everybody, however good the evidence. */
        seconds: holdSeconds(0),
        /** At least this long when nobody looked for attacks or at the document's authenticity. */
        fairEvidenceSeconds: holdSeconds(0),
        /** At least this long when people settled what a provider left open, or a check was waived. */
        weakEvidenceSeconds: holdSeconds(0),
      })
      .meta({ id: 'PolicyHold' })
      .prefault({}),
    review: z
      .strictObject({
        /**
         * `indeterminate` results of these checks may be settled by reviewers, two of them for whose document it is and for
         * attacks; `fail`, `not_run` and a suspected attack never (rule 5, ADR 20).
         */
        reviewable: CheckKinds.default(['face_match', 'data_match']),
        /** What follows a failed check. */
        onFail: z.enum(['retry', 'review', 'deny']).default('retry'),
        /**
         * At least so many reviewers agree; local results, privileged accounts and relayed links take two whatever
         * stands here.
         */
        reviewersNeeded: z.union([z.literal(1), z.literal(2)], '1 or 2').default(1),
      })
      .meta({ id: 'PolicyReview' })
      .prefault({}),
    authorization: z
      .strictObject({
        privilegedNeedsSecondPerson: z.boolean().default(true),
        /** Members of these groups count as privileged, whatever their own account says. */
        privilegedGroups: Groups.default([]),
      })
      .meta({ id: 'PolicyAuthorization' })
      .prefault({}),
    relay: z
      .strictObject({ allowed: z.boolean().default(false), holdSeconds: holdSeconds(86_400) })
      .meta({ id: 'PolicyRelay' })
      .prefault({}),
    retention: z
      .strictObject({ evidenceSeconds: z.number().int().min(1).max(WEEK_SECONDS).default(WEEK_SECONDS) })
      .meta({ id: 'PolicyRetention' })
      .prefault({}),
    /** Demo only: documents of Utopia. Refused in production. */
    allowSpecimens: z.boolean().default(false),
    /** Demo only: the same picture on two cases. Refused in production. */
    allowRepeatedPictures: z.boolean().default(false),
  })
  .meta({ id: 'PolicyProfile' });
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** One version of one profile. Versions are append-only; a case keeps the number it started under. */
export interface Policy {
  id: string;
  version: number;
  document: PolicyDocument;
}

/** Whether a profile applies to an account in these groups. */
export function covers(document: Pick<PolicyDocument, 'include' | 'exclude'>, groups: readonly string[]): boolean {
  const included = document.include.length === 0 || document.include.some((group) => groups.includes(group));
  return included && !document.exclude.some((group) => groups.includes(group));
}

/**
 * Whether an account is privileged, by its own flag or by a group that the policy names. A group counts for another
 * week after the account left it: otherwise an editor of accounts could take an administrator out of it and recover the
 * account at once (rule 10).
 */
export function isPrivileged(
  { authorization }: Pick<PolicyDocument, 'authorization'>,
  account: { privileged: boolean; recentGroups: readonly string[] },
): boolean {
  return account.privileged || authorization.privilegedGroups.some((group) => account.recentGroups.includes(group));
}
