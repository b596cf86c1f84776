import { randomUUID } from 'node:crypto';
import {
  HttpFault,
  misbehave,
  readText,
  send,
  sendJson,
  type Call,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { newEvidence, type Consent, type GipsIdentity } from './gips-identity.js';
import { detailedRecord, evidenceState, globalStatus } from './gips-record.js';
import { readCorrelationId, readDocument, readPortrait } from './uploads.js';

const PROOF_BOUNDARY = 'proof-of-the-simulator';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface CallOptions {
  sessionTtlSeconds: number;
  now: () => Date;
  /** Runs after each accepted evidence. */
  onEvidence: (identity: GipsIdentity) => void;
}

export const SUPPORTED = [
  {
    iso3CountryCode: 'UTO',
    documents: [{ documentType: 'PASSPORT', format: 'ID3', liveVideoCaptureSupported: false }],
  },
];

export async function standing(book: SessionBook<GipsIdentity>, identity: GipsIdentity): Promise<{ paused: boolean }> {
  return { paused: (await book.standing(identity)) === 'expired' };
}

export async function openIdentity(
  book: SessionBook<GipsIdentity>,
  options: CallOptions,
  { request, response }: Call,
): Promise<void> {
  const correlationId = await readCorrelationId(request);
  const id = `gips-${randomUUID()}`;
  // Customers of this simulator put their reference before a dot.
  const reference = correlationId?.split('.')[0] ?? id;
  const make = async (): Promise<GipsIdentity> => {
    const createdAt = options.now();
    const expiresAt = new Date(createdAt.getTime() + options.sessionTtlSeconds * 1000);
    const empty = { consents: [], documents: [], portraits: [], announced: false, reads: 0 };
    const identity: GipsIdentity = { id, reference, correlationId, createdAt, expiresAt, ...empty };
    await book.add(identity);
    return identity;
  };
  if (await misbehave(await book.scenarioOf(reference), response, make)) return;
  sendJson(response, 200, globalStatus(await make(), { paused: false }));
}

export async function takeConsents({ request }: Call, identity: GipsIdentity): Promise<Consent[]> {
  const wanted = parse(await readText(request));
  if (!Array.isArray(wanted)) throw new HttpFault(400, 'consents');
  const given = (wanted as { type?: unknown; approved?: unknown; validityPeriod?: { from?: unknown } }[]).map((one) => {
    if (typeof one.type !== 'string' || typeof one.approved !== 'boolean') throw new HttpFault(400, 'consents');
    const { from } = one.validityPeriod ?? {};
    if (from !== undefined && !(typeof from === 'string' && DAY.test(from))) throw new HttpFault(400, 'validityPeriod');
    return { consentId: randomUUID(), type: one.type, approved: one.approved, validityPeriod: one.validityPeriod };
  });
  identity.consents.push(...given);
  return given;
}

export async function takeDocument(options: CallOptions, { request }: Call, identity: GipsIdentity): Promise<unknown> {
  const evidence = newEvidence({ ...(await readDocument(request)), submittedAt: options.now() });
  identity.documents.push(evidence);
  options.onEvidence(identity);
  return { ...evidenceState(identity, 'ID_DOCUMENT', evidence), status: 'PROCESSING' };
}

export async function takePortrait(options: CallOptions, { request }: Call, identity: GipsIdentity): Promise<unknown> {
  const agreed = identity.consents.some(({ type, approved }) => type === 'PORTRAIT' && approved);
  if (!agreed) throw new HttpFault(400, 'consent_missing');
  await readPortrait(request);
  const evidence = newEvidence({ sides: 1, submittedAt: options.now() });
  identity.portraits.push(evidence);
  options.onEvidence(identity);
  return { status: 'PROCESSING', type: 'PORTRAIT', id: evidence.id };
}

export function showEvidence({ response, parameters }: Call, identity: GipsIdentity): void {
  const document = identity.documents.find(({ id }) => id === parameters[1]);
  const portrait = identity.portraits.find(({ id }) => id === parameters[1]);
  if (document) return sendJson(response, 200, evidenceState(identity, 'ID_DOCUMENT', document));
  if (portrait) return sendJson(response, 200, evidenceState(identity, 'PORTRAIT', portrait));
  throw new HttpFault(404, 'evidence');
}

export async function showIdentity(
  book: SessionBook<GipsIdentity>,
  { response, query }: Call,
  identity: GipsIdentity,
): Promise<void> {
  const { idDocuments, ...brief } = detailedRecord(identity, await standing(book, identity));
  sendJson(response, 200, query.get('detailed') === 'true' ? { ...brief, idDocuments } : brief);
}

/** The last thing anybody hears of an identity. */
export function giveProof(book: SessionBook<GipsIdentity>, { response }: Call, identity: GipsIdentity): void {
  book.forget(identity);
  const part = `--${PROOF_BOUNDARY}\r\nContent-Disposition: form-data; name="proof"; filename="proof.zip"\r\n\r\nsimulated\r\n`;
  send(response, {
    status: 200,
    contentType: `multipart/form-data; boundary=${PROOF_BOUNDARY}`,
    body: `${part}--${PROOF_BOUNDARY}--\r\n`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
