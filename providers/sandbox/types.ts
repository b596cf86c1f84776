/**
 * The sandbox partner's wire format, as its README describes it. Words that the partner may extend – status,
 * environment, check names, outcomes and reasons – are read as short text and judged in mapping.ts, so that a new
 * word leads to a review and not to an answer nobody can read. Everything else must have the documented shape.
 */
import { z } from 'zod';
import { birthDateIn, DOCUMENT_TYPES, pathId } from '../kit/index.js';

const word = z.string().min(1).max(64);
const personalText = z.string().min(1).max(200);

export const createdSession = z.object({
  sessionId: pathId,
  url: z.url({ protocol: /^https?$/ }),
  expiresAt: z.iso.datetime(),
});

export const partnerCheck = z.object({
  name: word,
  outcome: word,
  reason: word.optional(),
});

export const partnerIdentity = z.object({
  givenName: personalText.optional(),
  familyName: personalText.optional(),
  birthDate: z
    .string()
    .refine((text) => birthDateIn(text) === text)
    .optional(),
  nationality: z
    .string()
    .regex(/^[A-Z]{2,3}$/)
    .optional(),
});

export const partnerDocument = z.object({
  issuingCountry: z
    .string()
    .regex(/^[A-Z]{1,3}$/)
    .optional(),
  documentType: word.transform((type) => DOCUMENT_TYPES.find((known) => known === type)).optional(),
  number: z.string().min(1).max(64).optional(),
  expiryDate: z.iso.date().optional(),
});

export const partnerSession = z.object({
  sessionId: pathId,
  reference: z.string().min(1).max(128),
  nonce: z.string().min(1).max(256),
  environment: word,
  status: word,
  procedure: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  decidedAt: z.iso.datetime().optional(),
  checks: z.array(partnerCheck).max(64).default([]),
  identity: partnerIdentity.optional(),
  document: partnerDocument.optional(),
});

export const partnerPush = z.object({ sessionId: pathId, status: word });

export type CreatedPartnerSession = z.output<typeof createdSession>;
export type PartnerCheck = z.output<typeof partnerCheck>;
export type PartnerSession = z.output<typeof partnerSession>;
