import { z } from 'zod';
import { Sensitive } from '../sensitive.js';

/** Address of a partner: http or https, nothing in it that is not an address. No fault repeats the value. */
export const partnerUrl = (description: string) =>
  z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine(isPlainBase, 'must have no credentials, query or fragment')
    .describe(description);

/** A key or secret of visible ASCII, sealed at once. */
export const secretText = (description: string, minLength = 16) =>
  z
    .string()
    .min(minLength, `must have at least ${minLength} characters`)
    .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII')
    .transform((text) => new Sensitive(text))
    .describe(description);

/** Several secrets separated by spaces or commas, the current one first, while one is being replaced. */
export const secretList = (description: string, minLength = 16) =>
  z
    .string()
    .transform(wordList)
    .pipe(
      z
        .array(z.string().min(minLength, `each must have at least ${minLength} characters`))
        .min(1, 'must hold at least one secret')
        .max(5, 'must hold at most five secrets'),
    )
    .transform((texts) => texts.map((text) => new Sensitive(text)))
    .describe(description);

/** Words separated by spaces or commas; of an empty text none. */
export const wordList = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** `https://host/base/` and `v1/things` → `https://host/base/v1/things`. */
export const joinUrl = (base: string, path: string): string => `${base.replace(/\/+$/, '')}/${path}`;

function isPlainBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}
