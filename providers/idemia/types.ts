/**
 * The wire format of GIPS v1, as README.md describes it. Words that IDEMIA may extend – statuses, levels, indicators –
 * are read as short text and judged in mapping.ts. Attributes of the person that are not in their documented shape are
 * left out, so that a comparison finds them missing.
 */
import { z } from 'zod';
import { birthDateIn, pathId } from '../kit/index.js';

const word = z.string().min(1).max(64);
const words = z.array(z.string().min(1).max(128)).max(256).nullish();
const attribute = z
  .object({ value: z.string().min(1).max(200) })
  .optional()
  .catch(undefined);

const birthDate = z.string().refine((text) => birthDateIn(text) === text);

export const createdIdentity = z.object({ id: pathId });

export const givenConsents = z.array(z.object({ type: word, approved: z.boolean() })).max(64);

/** What is wrong with an evidence: only whether there is anything is read, never the message. */
const errors = z.array(z.unknown()).max(64).nullish();

/** Answer to an upload, element of `singleStatuses`, and `GET …/status/{evidenceId}`. */
export const evidenceState = z.object({ id: pathId, status: word, type: word, errors });

export const identityStatus = z.object({
  globalStatus: z.object({ status: word }),
  singleStatuses: z.array(evidenceState).max(64).nullish(),
});

const evidenceStatus = z.object({
  status: word,
  score: word.nullish(),
  evaluationDateTime: z.string().max(40).nullish(),
  positiveIndicators: words,
  unverifiedIndicators: words,
  warningIndicators: words,
});

export const identityDocument = z.object({
  evidenceId: pathId,
  evidenceStatus,
  idDocumentData: z
    .object({
      idDocumentNumber: z.string().min(1).max(64).optional().catch(undefined),
      issuingCountry: z
        .string()
        .regex(/^[A-Z]{1,3}$/)
        .optional()
        .catch(undefined),
      personalAttributes: z
        .object({
          surname: attribute,
          givenNames: z
            .array(z.object({ value: z.string().min(1).max(200) }))
            .max(16)
            .optional()
            .catch(undefined),
          dateOfBirth: z.object({ value: birthDate }).optional().catch(undefined),
        })
        .nullish(),
    })
    .nullish(),
});

export const portrait = z.object({
  evidenceId: pathId,
  evidenceStatus,
  portraitData: z.object({ source: word.nullish() }).nullish(),
});

const context = z.array(z.object({ key: z.string(), value: z.string() })).max(64);

export const detailedIdentity = z.object({
  globalStatus: z.object({
    id: pathId,
    status: word,
    levelOfAssurance: word.nullish(),
    evaluationDateTime: z.string().max(40).nullish(),
  }),
  idDocuments: z.array(identityDocument).max(64).nullish(),
  portrait: portrait.nullish(),
  /** Whether what we sent as context comes back is not documented; where it does, it is compared. */
  context: context.nullish(),
});

export const supportedCountries = z.array(z.object({ iso3CountryCode: z.string() }));

export type EvidenceState = z.output<typeof evidenceState>;
export type EvidenceStatus = z.output<typeof evidenceStatus>;
export type IdentityDocument = z.output<typeof identityDocument>;
export type Portrait = z.output<typeof portrait>;
export type IdentityStatus = z.output<typeof identityStatus>;
export type DetailedIdentity = z.output<typeof detailedIdentity>;
