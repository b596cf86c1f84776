/**
 * CLEAR1's wire format, by CLEAR's OpenAPI description "CLEAR1 API" 1.1. Words that CLEAR may extend are read as short
 * text and judged later; members that are not read here – pictures, national numbers, addresses, the session's token in
 * a result – never get past the parser.
 */
import { z } from 'zod';
import { pathId } from '../kit/index.js';

const word = z.string().max(128);
const personalText = z.string().max(300);
const unixSeconds = z.number().int().min(0).max(32_503_680_000);

/** What we give CLEAR to carry; it comes back with every session and can be searched by. */
export const ownFields = z.object({ regain_reference: z.string().max(128), regain_nonce: z.string().max(256) });

/** A session as its creator sees it. The token opens it for whoever holds it. */
export const openedSession = z.object({
  id: pathId,
  token: z.string().regex(/^[\x21-\x7e]{1,2048}$/),
  expires_at: unixSeconds.nullish(),
});

/** Sessions of other customs carry other fields, or none. */
export const foundSessions = z.object({
  verifications: z.array(openedSession.extend({ custom_fields: z.record(z.string(), z.unknown()).nullish() })).max(100),
});

export const clearDate = z.object({
  day: z.number().int().nullish(),
  month: z.number().int().nullish(),
  year: z.number().int().nullish(),
});

export const clearCheck = z.object({
  name: word.nullish(),
  value: z.boolean().nullish(),
  status: word.nullish(),
  check_result: word.nullish(),
  reason_codes: z.array(word).max(100).nullish(),
});

export const clearDocument = z.object({
  document_type: word.nullish(),
  document_number: personalText.nullish(),
  issuing_country: word.nullish(),
  nationality: word.nullish(),
  date_of_expiry: clearDate.nullish(),
  date_of_birth: clearDate.nullish(),
  first_name: personalText.nullish(),
  middle_name: personalText.nullish(),
  last_name: personalText.nullish(),
});

export const clearTraits = z.object({
  first_name: personalText.nullish(),
  middle_name: personalText.nullish(),
  last_name: personalText.nullish(),
  full_last_name: personalText.nullish(),
  dob: clearDate.nullish(),
  document: clearDocument.nullish(),
});

export const clearSession = z.object({
  id: pathId,
  status: z.string().min(1).max(128),
  custom_fields: ownFields,
  project_id: word.nullish(),
  completed_at: unixSeconds.nullish(),
  checks: z.array(clearCheck).max(500).nullish(),
  traits: clearTraits.nullish(),
});

export const clearEvent = z.object({
  event_id: pathId,
  data: z.object({ verification_session_id: pathId }),
});

export type OpenedSession = z.output<typeof openedSession>;
export type ClearDate = z.output<typeof clearDate>;
export type ClearCheck = z.output<typeof clearCheck>;
export type ClearTraits = z.output<typeof clearTraits>;
export type ClearSession = z.output<typeof clearSession>;
