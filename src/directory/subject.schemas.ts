import { z } from 'zod';
import { Instant } from '../platform/http/valid-input.js';
import { DocumentTypeWord } from '../recovery-case/case.schemas.js';
import { ASSURANCE_LEVELS } from './subject.js';
import { LOGIN_PATTERN } from './subject-identity.js';

/** Printable text of one line: control characters never reach a mail header or a log (T10). */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of printable text');
const Email = z.email().max(254);
const Phone = z.string().regex(/^\+?[0-9 ().-]{5,30}$/);
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
    displayName: line(120).optional(),
    givenName: line(120),
    familyName: line(120),
    birthDate: CalendarDate.optional(),
    employeeId: line(80).optional(),
    emails: z.array(Email).max(5).default([]),
    phones: z.array(Phone).max(5).default([]),
    groups: z
      .array(z.string().regex(/^[A-Za-z0-9 ._-]{1,80}$/))
      .max(100)
      .default([]),
    privileged: z.boolean().default(false),
    assuranceLevel: AssuranceLevelWord.optional().describe(
      'What the account can sign in with at its best (NIST SP 800-63B-4). Left out: not known, counts as AAL3.',
    ),
    status: z.enum(['active', 'disabled']).default('active'),
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
    proofing: z.object({ level: z.string(), proofedAt: z.iso.datetime(), hasPortrait: z.boolean() }).nullable(),
  })
  .meta({ id: 'SubjectView' });
export type SubjectView = z.infer<typeof SubjectView>;

export const ProofingRecordBody = z
  .strictObject({
    level: z.enum(['IAL1', 'IAL2', 'IAL3']),
    evidenceKinds: z
      .array(z.string().regex(/^[a-z_]{1,40}$/))
      .min(1)
      .max(10),
    proofedAt: Instant,
    attributes: z.strictObject({
      givenName: line(120).optional(),
      familyName: line(120).optional(),
      birthDate: BirthDate.optional(),
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
        .optional(),
      issuingCountry: z
        .string()
        .regex(/^[A-Z]{2,3}$/)
        .optional(),
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
