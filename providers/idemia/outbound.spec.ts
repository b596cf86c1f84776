import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Sensitive, type ChosenDocument, type EvidenceKind, type HttpRequest } from '../kit/index.js';
import { idemiaProvider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const PICTURE = new Uint8Array(readFileSync(new URL('./fixtures/picture.jpg', import.meta.url)));
const SESSION = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'http://localhost:3000/return?state=s',
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  'POST identities': { id: 'gips-1' },
  'GET identities/gips-1/status': { globalStatus: { status: 'EXPECTING_INPUT' }, singleStatuses: [] },
  'POST identities/gips-1/consents': [
    { type: 'PORTRAIT', approved: true },
    { type: 'GIV', approved: true },
  ],
  'POST identities/gips-1/id-documents/capture': { id: 'evidence-1', type: 'ID_DOCUMENT', status: 'PROCESSING' },
  'POST identities/gips-1/selfies': { id: 'evidence-2', type: 'PORTRAIT', status: 'PROCESSING' },
};

interface Sent {
  line: string;
  request: HttpRequest;
}

function start(sent: Sent[]) {
  const settings = idemiaProvider.environment.parse({
    IDEMIA_BASE_URL: 'https://gips.example/gips/v1/',
    IDEMIA_API_KEY: 'the-key-of-the-relying-service',
    IDEMIA_ENVIRONMENT: 'production',
    IDEMIA_WEBHOOK_KEY: 'k'.repeat(32),
    IDEMIA_TENANT_ROLE: 'RELYING_SERVICE',
    IDEMIA_CONSENT_TYPES: 'PORTRAIT GIV',
    IDEMIA_PORTRAIT_UPLOAD_PATH: 'selfies',
    IDEMIA_PORTRAIT_PART: 'Face',
  });
  return idemiaProvider.create(settings, {
    clock: { now: () => new Date('2026-11-22T10:00:00Z') },
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      async send(request) {
        const line = `${request.method} ${request.url.replace('https://gips.example/gips/v1/', '')}`;
        sent.push({ line, request });
        const body = Buffer.from(JSON.stringify(ANSWERS[line]));
        return { status: 200, headers: { 'content-type': 'application/json' }, body };
      },
    },
  });
}

/** Every call of a session from its opening to its hand-over, with all pictures at hand. */
async function everythingSent(chosenDocument?: ChosenDocument): Promise<Sent[]> {
  const sent: Sent[] = [];
  const adapter = start(sent);
  const expectedIdentity = new Sensitive(PERSON);
  const about = { ...SESSION, expectedIdentity, chosenDocument };
  const webhookUrl = 'http://localhost:3000/v1/webhooks/idemia';
  const { externalId } = await adapter.createSession({ ...about, webhookUrl, language: 'en' });
  const read = async (_kind: EvidenceKind) => new Sensitive(PICTURE);
  await adapter.submitEvidence?.({
    ...about,
    externalId,
    evidence: { read, isSaidToBeLive: async () => true, readReferencePortrait: read as never },
  });
  return sent;
}

async function formOf(sent: Sent[], ending: string): Promise<Record<string, unknown>> {
  const request = sent.find(({ line }) => line.endsWith(ending))?.request;
  const headers = { 'content-type': request?.headers?.['content-type'] ?? '' };
  const form = await new Response(request?.body as Uint8Array<ArrayBuffer>, { headers }).formData();
  const parts = [...form.entries()].map(async ([name, part]) => {
    if (typeof part === 'string') return [name, JSON.parse(part)] as const;
    if (part.type === 'application/json') return [name, JSON.parse(await part.text())] as const;
    return [name, { type: part.type, bytes: new Uint8Array(await part.arrayBuffer()) }] as const;
  });
  return Object.fromEntries(await Promise.all(parts));
}

const SENT_PICTURE = { type: 'image/jpeg', bytes: PICTURE };

describe('what leaves for IDEMIA', () => {
  it('are these calls, each with the key and the role', async () => {
    const sent = await everythingSent();
    expect(sent.map(({ line }) => line)).toEqual(Object.keys(ANSWERS));
    for (const { request } of sent) {
      expect(request.headers).toMatchObject({
        apikey: 'the-key-of-the-relying-service',
        'tenant-role': 'RELYING_SERVICE',
      });
      expect(request.timeoutMs).toBeLessThanOrEqual(request.url.endsWith('/identities') ? 3000 : 8000);
      expect(request.maxResponseBytes).toBeGreaterThan(0);
    }
  });

  it('at the opening: our reference and the nonce, nothing else', async () => {
    expect(await formOf(await everythingSent(), 'POST identities')).toEqual({
      context: [{ key: 'CORRELATION_ID', value: `vs_1.${'n'.repeat(43)}` }],
    });
  });

  it('the consents that are configured, from today on', async () => {
    const sent = await everythingSent();
    const { request } = sent.find(({ line }) => line.endsWith('/consents')) as Sent;
    const validityPeriod = { from: '2026-11-22' };
    expect(JSON.parse(String(request.body))).toEqual([
      { approved: true, type: 'PORTRAIT', validityPeriod },
      { approved: true, type: 'GIV', validityPeriod },
    ]);
  });

  it.each([
    ['identity_card', 'IDENTITY_CARD'],
    ['driving_licence', 'DRIVING_LICENSE'],
    ['residence_permit', 'RESIDENT_CARD'],
    ['other', undefined],
    ['constructor', undefined],
  ])('both sides of a document chosen as %s', async (documentType, word) => {
    const sent = await everythingSent({ issuingCountry: 'FRA', documentType });
    expect(await formOf(sent, '/id-documents/capture')).toEqual({
      DocumentFront: SENT_PICTURE,
      DocumentBack: SENT_PICTURE,
      DocumentCaptureDetails: {
        jurisdiction: 'FRA',
        ...(word && { documentType: word }),
        source: 'LIVE_CAPTURE_IMAGE',
      },
    });
  });

  it('one side of a passport, even when there is a picture of another', async () => {
    const sent = await everythingSent({ issuingCountry: 'D', documentType: 'passport' });
    expect(await formOf(sent, '/id-documents/capture')).toEqual({
      DocumentFront: SENT_PICTURE,
      DocumentCaptureDetails: { documentType: 'PASSPORT', source: 'LIVE_CAPTURE_IMAGE' },
    });
  });

  it('the selfie, where and as what the settings say', async () => {
    expect(await formOf(await everythingSent(), '/selfies')).toEqual({ Face: SENT_PICTURE });
  });

  it('nothing that we know about the person, and none of our addresses', async () => {
    const sent = await everythingSent({ issuingCountry: 'FRA', documentType: 'passport' });
    const text = sent.map(
      ({ request }) => Buffer.from(request.body ?? '').toString('latin1') + JSON.stringify({ ...request, body: 0 }),
    );
    for (const canary of [...Object.values(PERSON), 'Canary', 'sensitive', 'localhost'])
      expect(text.join('\n')).not.toContain(canary);
  });
});
