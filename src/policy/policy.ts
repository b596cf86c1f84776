import { z } from 'zod';
import { CHECK_KINDS } from '../../providers/kit/index.js';

const seconds = (fallback: number) => z.number().int().min(1).max(31_536_000).default(fallback);
const CheckKind = z.enum(CHECK_KINDS);

/**
 * One recovery profile (api.md, "Acceptance surface"). The stricter of a case's starting version and today's decides it.
 * Members a production policy may not have are marked; `assertAllowed` refuses them there.
 */
export const PolicyDocument = z.strictObject({
  name: z.string().min(1).max(80),
  /** Higher wins among the profiles that include a subject. */
  priority: z.number().int().min(0).max(1_000).default(0),
  /** Group names; empty `include` means everybody. */
  include: z.array(z.string().min(1).max(80)).max(100).default([]),
  exclude: z.array(z.string().min(1).max(80)).max(100).default([]),
  mode: z.enum(['production', 'evaluation']).default('production'),
  /** Provider ids in order; the first is asked first, later ones stand in when it fails. */
  providers: z.array(z.string().regex(/^[a-z0-9-]{1,40}$/)).min(1).max(10),
  requiredChecks: z.array(CheckKind).min(1).max(CHECK_KINDS.length),
  /** Checks that may be `not_run` in the open. Refused in production (rule 7). */
  waivedChecks: z.array(CheckKind).max(CHECK_KINDS.length).default([]),
  matching: z
    .strictObject({
      /** `data`: name and birth date must agree wherever a provider read them; `portrait`: the reference portrait must agree. */
      require: z.array(z.enum(['data', 'portrait'])).default(['data']),
      unproofed: z.enum(['review', 'refuse']).default('review'),
    })
    .default({ require: ['data'], unproofed: 'review' }),
  limits: z
    .strictObject({
      caseTtlSeconds: seconds(86_400),
      linkTtlSeconds: seconds(1_800),
      /** NIST SP 800-63B-4, 4.1.2.2: at most ten minutes. */
      tokenTtlSeconds: z.number().int().min(1).max(600).default(600),
      attempts: z.number().int().min(1).max(10).default(3),
    })
    .default({ caseTtlSeconds: 86_400, linkTtlSeconds: 1_800, tokenTtlSeconds: 600, attempts: 3 }),
  hold: z.strictObject({ seconds: z.number().int().min(0).max(259_200).default(0) }).default({ seconds: 0 }),
  review: z
    .strictObject({
      /** `indeterminate` results of these checks may be settled by a reviewer; `fail` and `not_run` never (rule 5). */
      reviewable: z.array(CheckKind).default(['face_match']),
      /** What follows a failed check. */
      onFail: z.enum(['retry', 'review', 'deny']).default('retry'),
    })
    .default({ reviewable: ['face_match'], onFail: 'retry' }),
  authorization: z.strictObject({ privilegedNeedsSecondPerson: z.boolean().default(true) }).default({ privilegedNeedsSecondPerson: true }),
  relay: z.strictObject({ allowed: z.boolean().default(false), holdSeconds: z.number().int().min(0).max(259_200).default(86_400) }).default({ allowed: false, holdSeconds: 86_400 }),
  retention: z.strictObject({ evidenceSeconds: z.number().int().min(1).max(604_800).default(604_800) }).default({ evidenceSeconds: 604_800 }),
  /** Demo only: pictures and documents of Utopia. */
  allowSpecimens: z.boolean().default(false),
  /** Demo only: the same picture on two cases. */
  allowRepeatedPictures: z.boolean().default(false),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

export interface Policy {
  id: string;
  version: number;
  document: PolicyDocument;
}
