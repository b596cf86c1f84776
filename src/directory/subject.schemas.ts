import { z } from 'zod';
import { Instant } from '../platform/http/valid-input.js';
import { DocumentTypeWord } from '../recovery-case/case.schemas.js';
import { ASSURANCE_LEVELS } from './subject.js';
import { canonicalIdentifier, LOGIN_PATTERN } from './subject-identity.js';

/** Printable text of one line: control characters never reach a mail header or a log (T10). */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of printable text');
const Email = z.email().max(254);
const Phone = z.string().regex(/^\+?[0-9 ().-]{5,30}$/);
/** A directory that names one address twice, say as the private and the main one, means one. */
const eachOnce = (emails: readonly string[]): string[] =>
  emails.filter(
    (email, at) => emails.findIndex((other) => canonicalIdentifier(other) === canonicalIdentifier(email)) === at,
  );
const CalendarDate = z.iso.date();
/** As a document prints it that does not know the day, or neither day nor month (ICAO Doc 9303-3, 4.8). */
const BirthDate = z.union([CalendarDate, z.string().regex(/^\d{4}-(00|0[1-9]|1[0-2])-00$/)]);
const AssuranceLevelWord = z.enum(ASSURANCE_LEVELS).meta({ id: 'AssuranceLevel' });
const MOST_FORMER_NAMES = 5;

export const SubjectId = z.string().regex(/^sub_[0-9A-Za-z]{26}$/, 'sub_ and 26 letters or digits');
export const Login = z.string().min(1).max(255).regex(LOGIN_PATTERN, 'a login name');

export const SubjectBody = z
  .strictObject({
    login: Login,
    displayName: line(120).optional().describe('Left out: given and family name.'),
    givenName: line(120),
    familyName: line(120),
    birthDate: CalendarDate.optional().describe('Compared with the document of a recovery. Not in the future.'),
    employeeId: line(80).optional(),
    emails: z
      .array(Email)
      .max(5)
      .default([])
      .transform(eachOnce)
      .describe(
        'Links and notices go to these. Of addresses that differ by upper and lower case alone the first counts.',
      ),
    phones: z.array(Phone).max(5).default([]),
    groups: z
      .array(z.string().regex(/^[A-Za-z0-9 ._-]{1,80}$/))
      .max(100)
      .default([])
      .describe('By these a profile covers the account.'),
    privileged: z.boolean().default(false).describe('Takes a second person to start, and two to review.'),
    assuranceLevel: AssuranceLevelWord.optional().describe(
      'What the account can sign in with at its best (NIST SP 800-63B-4). Left out: not known, counts as AAL3.',
    ),
    status: z.enum(['active', 'disabled']).default('active').describe('A disabled account is not recovered.'),
  })
  .meta({ id: 'SubjectBody' });

export const SubjectView = z
  .object({
    id: SubjectId,
    login: z.string(),
    displayName: z.string(),
    emails: z.array(z.string()).describe('Masked.'),
    phones: z.array(z.string()).describe('Masked.'),
    groups: z.array(z.string()),
    privileged: z.boolean(),
    assuranceLevel: AssuranceLevelWord.describe(
      'What a recovery has to live up to today: a lowered level counts only after a week.',
    ),
    status: z.enum(['active', 'disabled']),
    proofing: z
      .object({ level: z.string(), proofedAt: z.iso.datetime(), hasPortrait: z.boolean() })
      .nullable()
      .describe('What identity was proofed at enrolment; null when none was.'),
  })
  .meta({ id: 'SubjectView' });
export type SubjectView = z.infer<typeof SubjectView>;

export const ProofingRecordBody = z
  .strictObject({
    level: z.enum(['IAL1', 'IAL2', 'IAL3']).describe('Identity assurance level (NIST SP 800-63A-4).'),
    evidenceKinds: z
      .array(z.string().regex(/^[a-z_]{1,40}$/))
      .min(1)
      .max(10)
      .describe('What was shown, e.g. `passport`.'),
    proofedAt: Instant,
    attributes: z.strictObject({
      givenName: line(120).optional(),
      familyName: line(120).optional(),
      birthDate: BirthDate.optional().describe('Not in the future.'),
      nationality: z
        .string()
        .regex(/^[A-Z]{2,3}$/)
        .optional(),
      formerNames: z
        .array(z.strictObject({ givenName: line(120).optional(), familyName: line(120).optional() }))
        .max(MOST_FORMER_NAMES)
        .optional()
        .describe('Names that were proofed as the same person’s, e.g. before a marriage.'),
      documentNumber: z
        .string()
        .regex(/^[A-Za-z0-9 -]{1,40}$/)
        .optional()
        .describe('Compared with the document of a recovery.'),
      issuingCountry: z
        .string()
        .regex(/^[A-Z]{2,3}$/)
        .optional()
        .describe('ISO 3166-1 alpha-2, or alpha-3 as an MRZ has it.'),
      issuingRegion: z
        .string()
        .regex(/^(?:[A-Z]{2}-)?[A-Z0-9]{1,3}$/)
        .optional()
        .describe(
          'ISO 3166-2, with or without the country: whose number it is, where states or provinces give out licences.',
        ),
      documentType: DocumentTypeWord.optional(),
    }),
  })
  .meta({ id: 'ProofingRecordBody' });
