/**
 * The wire format of 1Kosmos IDVerify as its official helpers and its Postman collection show it. The sealed result is
 * not here: its members are settings, and mapping.ts reads them.
 */
import { z } from 'zod';
import { pathId } from '../kit/index.js';

/** What a session can be created for. */
export const DOCUMENT_TYPES = ['dl_object', 'ppt_object', 'idcard_object'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** `GET {tenant}/caas/sd`: many services, of which one is ours. */
export const serviceDirectory = z.object({ docuverify: z.string().min(1).max(2048) });

/** `GET {docuverify}/publickeys`. */
export const publicKeys = z.object({ publicKey: z.string().length(88) });

/** `POST {tenant}/api/r1/system/community_info/fetch`. */
export const communityInfo = z.object({
  tenant: z.object({ id: z.string().min(1) }),
  community: z.object({ id: z.string().min(1), name: z.string() }),
});

/** `POST {docuverify}/document_share_session/create`, answered in clear. The id is a UUID in every published example. */
export const createdSession = z.object({ sessionId: pathId, url: z.string().min(1).max(2048) });

/**
 * An answer that is sealed. The `publicKey` beside it is not read: who seals for the key found by discovery proves
 * itself, and a key that comes with the message proves nothing.
 */
export const sealedAnswer = z.object({ data: z.string().min(1) });

/** What comes out of the seal. */
export const openedAnswer = z.record(z.string(), z.unknown());

export type CreatedPartnerSession = z.output<typeof createdSession>;
export type OpenedAnswer = z.output<typeof openedAnswer>;
