import { z } from 'zod';
import type { Language } from '../platform/language/languages.js';

/** One line of plain text. Pages escape it; it breaks no mail header (T10) and turns nothing beside it around. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+$/u, 'one line of plain text')
    .refine((text) => !/\p{Cs}/u.test(text), 'whole characters');

const Words = z
  .strictObject({
    organisationName: line(80).optional().describe('Whose account it is, as people call it.'),
    helpDesk: line(120)
      .optional()
      .describe('Whom to tell when it was not oneself, e.g. `the service desk (extension 100)`.'),
  })
  .meta({ id: 'PolicyWords' });
export type CopyWords = z.infer<typeof Words>;

/** Words that replace the deployment's own on the pages and in the mails of this profile's cases. */
export const PolicyCopy = z
  .strictObject({ en: Words.optional(), de: Words.optional(), ar: Words.optional() })
  .meta({ id: 'PolicyCopy' })
  .prefault({});
export type PolicyCopy = z.infer<typeof PolicyCopy>;

/** The words of one language over the deployment's own; a language without words of its own has those of English. */
export function wordsIn(copy: PolicyCopy, language: Language, own: Required<CopyWords>): Required<CopyWords> {
  return { ...own, ...copy.en, ...copy[language] };
}
