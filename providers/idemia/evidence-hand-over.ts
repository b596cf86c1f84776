import { lookUp, ProviderError } from '../kit/index.js';
import type { ChosenDocument, ClockPort, EvidenceKind, EvidencePort, Sensitive, SessionContext } from '../kit/index.js';
import type { GipsClient } from './client.js';

/** What the person chose on our pages → GIPS. A type that is not here is left to the partner to recognise. */
const DOCUMENT_TYPE_BY_CHOICE: Readonly<Record<string, string>> = {
  passport: 'PASSPORT',
  identity_card: 'IDENTITY_CARD',
  driving_licence: 'DRIVING_LICENSE',
  residence_permit: 'RESIDENT_CARD',
};
const ONE_SIDED = 'PASSPORT';
const JPEG = 'image/jpeg';

export interface HandOverParts {
  client: GipsClient;
  clock: ClockPort;
  consentTypes: readonly string[];
  portraitPart: string;
  /** What the partner is told of a picture that nobody says a camera took. */
  fileSource: string;
}

/**
 * Gives the partner the consents and the pictures it has not got yet, after a look at what it has. Pictures are read
 * before anything is sent, so that a missing one leaves the partner's record untouched.
 * @throws ProviderError `rejected` when a picture is missing, and whatever the partner's calls throw
 */
export async function handOver(parts: HandOverParts, context: SessionContext): Promise<void> {
  const { client, clock, consentTypes } = parts;
  const { externalId, evidence, chosenDocument } = context;
  const { singleStatuses } = await client.readStatus(externalId);
  const has = (type: string) => singleStatuses?.some((state) => state.type === type) ?? false;
  const missing = { document: !has('ID_DOCUMENT'), portrait: !has('PORTRAIT') };
  if (!missing.document && !missing.portrait) return;
  if (!evidence) throw new ProviderError('rejected', 'the session has no evidence');

  const documentForm = missing.document
    ? await formOfDocument(evidence, { chosenDocument, fileSource: parts.fileSource })
    : undefined;
  const portraitForm = missing.portrait ? await formOfPortrait(evidence, parts.portraitPart) : undefined;
  await client.giveConsents(externalId, { types: consentTypes, from: clock.now().toISOString().slice(0, 10) });
  if (documentForm) await client.uploadDocument(externalId, documentForm);
  if (portraitForm) await client.uploadPortrait(externalId, portraitForm);
}

async function formOfDocument(
  evidence: EvidencePort,
  { chosenDocument: chosen, fileSource }: { chosenDocument: ChosenDocument | undefined; fileSource: string },
): Promise<FormData> {
  const documentType = chosen && lookUp(DOCUMENT_TYPE_BY_CHOICE, chosen.documentType);
  const jurisdiction = chosen && /^[A-Z]{3}$/.test(chosen.issuingCountry) ? chosen.issuingCountry : undefined;
  const front = await required(evidence, 'document_front');
  const back = documentType === ONE_SIDED ? undefined : await evidence.read('document_back');
  const form = new FormData();
  const source = (await isLive(evidence, back)) ? 'LIVE_CAPTURE_IMAGE' : fileSource;
  form.append('DocumentFront', picture(front), 'front.jpeg');
  if (back) form.append('DocumentBack', picture(back), 'back.jpeg');
  const details = JSON.stringify({ jurisdiction, documentType, source });
  form.append('DocumentCaptureDetails', new Blob([details], { type: 'application/json' }), 'details.json');
  return form;
}

/** Nothing is called live because one of its two sides is. */
async function isLive(evidence: EvidencePort, back: unknown): Promise<boolean> {
  const sides: EvidenceKind[] = back ? ['document_front', 'document_back'] : ['document_front'];
  const live = await Promise.all(sides.map((side) => evidence.isSaidToBeLive(side)));
  return live.every(Boolean);
}

async function formOfPortrait(evidence: EvidencePort, part: string): Promise<FormData> {
  const form = new FormData();
  form.append(part, picture(await required(evidence, 'selfie')), 'portrait.jpeg');
  return form;
}

async function required(evidence: EvidencePort, kind: EvidenceKind): Promise<Sensitive<Uint8Array>> {
  const found = await evidence.read(kind);
  if (!found) throw new ProviderError('rejected', `the evidence ${kind} is missing`);
  return found;
}

const picture = (bytes: Sensitive<Uint8Array>): Blob => new Blob([new Uint8Array(bytes.reveal())], { type: JPEG });
