import { z } from 'zod';
import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  DOCUMENT_FIELDS,
  DOCUMENT_PLACES,
  FIELD_OUTCOMES,
} from '../../providers/kit/index.js';
import { SHOWN_SIDES } from '../../providers/local/documents/evaluation/document-side.js';
import { COMPARISON_BANDS } from '../../providers/local/faces/comparison-bands.js';

const SIGNAL_STATES = ['seen', 'not_seen', 'not_run'] as const;

const asked = { id: z.string().optional().describe('As asked; in a batch the number of the line when it had none') };
const timed = {
  milliseconds: z.number().describe('From reading the files to the answer, waiting for a process included'),
};
const reasons = z.array(z.enum(CHECK_REASONS)).describe('What is wrong with the picture; empty when nothing is');

const finding = z.strictObject({ reasons });

/** Two pictures with a face each. `not_acquired`: at least one shows no face to compare, which is not the same as no match. */
const compareAnswer = z.strictObject({
  ...asked,
  kind: z.literal('compare'),
  outcome: z.enum(['compared', 'not_acquired']),
  pictures: z.tuple([finding, finding]),
  usable: z.boolean().describe('Both pictures passed the quality gate; the score of others is worth less'),
  similarity: z.number().nullable().describe('On the scale of the model set; higher is more alike'),
  band: z.enum(COMPARISON_BANDS).nullable(),
  samePhotograph: z.boolean().nullable().describe('Not two pictures of a person, but one picture twice'),
  procedure: z.string().describe('Names the exact models'),
  ...timed,
});

const zone = z.strictObject({
  lines: z.array(z.string()).describe('As they were read, nothing repaired'),
  confidences: z.array(z.number()),
  proposal: z
    .strictObject({
      lines: z.array(z.string()),
      changes: z.array(z.strictObject({ line: z.number(), column: z.number(), from: z.string(), to: z.string() })),
    })
    .nullable()
    .describe(
      'What lines with a wrong digit may have said, for a person to compare with the picture. Decides nothing and is in ' +
        'no report: a forged digit is repaired as willingly as a misread one. Null when all is right, or nothing fits',
    ),
});

const side = z.strictObject({
  straightened: z
    .strictObject({ width: z.number(), height: z.number() })
    .nullable()
    .describe('Pixels of the card or page once it is cut out and straight; null when none was found'),
  shows: z.enum(SHOWN_SIDES).describe('Which side it is, by its zone or barcode'),
  reasons,
  mrz: zone.nullable(),
  barcode: z.string().nullable().describe('Payload of a PDF417 symbol, one character for each byte'),
  printed: z.array(z.strictObject({ text: z.string(), confidence: z.number() })).nullable(),
  signals: z.strictObject({ screen: z.enum(SIGNAL_STATES), photocopy: z.enum(SIGNAL_STATES) }),
});

const check = z.strictObject({
  kind: z.enum(CHECK_KINDS),
  result: z.enum(CHECK_RESULTS),
  reasonCodes: z.array(z.enum(CHECK_REASONS)),
  rawName: z.string().optional(),
  score: z.number().optional(),
  level: z.string().optional(),
});

const compared = z
  .array(
    z.strictObject({
      field: z.enum(DOCUMENT_FIELDS),
      between: z.tuple([z.enum(DOCUMENT_PLACES), z.enum(DOCUMENT_PLACES)]),
      outcome: z.enum(FIELD_OUTCOMES),
      reasonCodes: z.array(z.enum(CHECK_REASONS)),
    }),
  )
  .describe('What zone, barcode and print were compared by, field by field; empty when there was nothing to compare');

const identity = z
  .strictObject({
    givenName: z.string().optional(),
    familyName: z.string().optional(),
    birthDate: z.string().optional(),
    nationality: z.string().optional(),
  })
  .nullable()
  .describe('Null unless a zone or a barcode without a fault was read');

const document = z
  .strictObject({
    issuingCountry: z.string().optional(),
    issuingRegion: z.string().optional(),
    documentType: z.string().optional(),
    number: z.string().optional(),
    expiryDate: z.string().optional(),
  })
  .nullable();

/** One document. `not_acquired`: neither a zone nor a barcode was found in the pictures. */
const readAnswer = z.strictObject({
  ...asked,
  kind: z.literal('read'),
  outcome: z.enum(['read', 'not_acquired']),
  front: side,
  back: side.nullable(),
  checks: z.array(check),
  compared,
  identity,
  document,
  ...timed,
});

/** What the product would report for a case with these pictures. */
const verifyAnswer = z.strictObject({
  ...asked,
  kind: z.literal('verify'),
  outcome: z.literal('reported'),
  checks: z.array(check),
  compared,
  identity,
  document,
  procedure: z.string(),
  ...timed,
});

/** No answer could be made; nothing is said about the pictures. */
const failure = z.strictObject({
  ...asked,
  kind: z.enum(['compare', 'read', 'verify', 'unknown']),
  outcome: z.literal('error'),
  error: z.strictObject({
    code: z
      .enum(['line_not_understood', 'file_unreadable', 'timeout', 'unavailable', 'broken', 'rejected'])
      .describe('`broken`: the models are missing or altered, or the process keeps ending'),
    message: z.string(),
  }),
});

/** Everything that `npm run -s local` prints. */
export const answer = z.discriminatedUnion('kind', [compareAnswer, readAnswer, verifyAnswer]).or(failure);

export type CompareAnswer = z.infer<typeof compareAnswer>;
export type ReadAnswer = z.infer<typeof readAnswer>;
export type VerifyAnswer = z.infer<typeof verifyAnswer>;
export type Failure = z.infer<typeof failure>;
export type Answer = z.infer<typeof answer>;
