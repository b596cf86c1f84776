/**
 * IDKit v1's wire format, by idkit.docs.idverse.com. Words that IDVerse may extend are read as short text and judged in
 * mapping.ts; members that are not read here – links to pictures and videos, addresses, the phone, the place – never get
 * past the parser.
 */
import { z } from 'zod';
import { pathId } from '../kit/index.js';

const word = z.string().max(128);
const personalText = z.string().max(300);

export const accessToken = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: z.number().min(0).max(86_400),
  token_type: z.string().regex(/^bearer$/i),
});

export const createdTransaction = z.object({
  transaction_id: pathId,
  // Read in link-hosts.ts: what parses it here would hand on another text than IDVerse wrote.
  url: z.string().max(2048),
  expires_at: z.iso.datetime({ offset: true }),
});

/** "Total Result": `PASSED` or `FLAGGED` each; a member is missing when its check was not part of the flow. */
export const totalResult = z.object({
  overall: word.nullish(),
  documents: word.nullish(),
  facematch: word.nullish(),
  liveness: word.nullish(),
  data: word.nullish(),
});

export const userDetails = z.object({
  document_type: word.nullish(),
  first_name: personalText.nullish(),
  middle_name: personalText.nullish(),
  last_name: personalText.nullish(),
  date_of_birth: word.nullish(),
  date_of_expiry: word.nullish(),
  id_number: personalText.nullish(),
  document_number: personalText.nullish(),
  country_code: word.nullish(),
  edited_fields: z.array(z.unknown()).max(100).nullish(),
});

export const transactionResult = z.object({
  transaction_id: pathId,
  reference: z.string().max(256).nullish(),
  status: z.string().min(1).max(128),
  flow_type: word.nullish(),
  closed_at: z.iso.datetime({ offset: true }).nullish(),
  results: totalResult.nullish(),
  user_details: userDetails.nullish(),
});

export type CreatedTransaction = z.output<typeof createdTransaction>;
export type TotalResult = z.output<typeof totalResult>;
export type UserDetails = z.output<typeof userDetails>;
export type TransactionResult = z.output<typeof transactionResult>;
