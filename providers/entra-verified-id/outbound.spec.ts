import { describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive, type HttpRequest, type HttpResponse } from '../kit/index.js';
import { entraVerifiedIdProvider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const ENVIRONMENT = {
  ENTRA_VERIFIED_ID_PROFILE: 'idemia',
  ENTRA_VERIFIED_ID_ENVIRONMENT: 'production',
  ENTRA_VERIFIED_ID_TENANT_ID: 'bank.example',
  ENTRA_VERIFIED_ID_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
  ENTRA_VERIFIED_ID_CLIENT_SECRET: 'a-client-secret-of-some-length',
  ENTRA_VERIFIED_ID_CALLBACK_SECRET: 'c'.repeat(32),
  ENTRA_VERIFIED_ID_AUTHORITY_DID: 'did:web:verifier.example',
  ENTRA_VERIFIED_ID_ACCEPTED_ISSUERS: 'did:web:issuer.example',
  ENTRA_VERIFIED_ID_CLIENT_NAME: 'Bank of Utopia',
};
const CREATED = {
  requestId: 'e4ef27ca-eb8c-4b63-823b-3b95140eac11',
  url: 'openid-vc://?request_uri=https://verifiedid.did.msidentity.com/v1.0/t/verifiableCredentials/presentationRequests/e',
  expiry: 1_795_000_000,
};

const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

async function create(environment: Record<string, string> = {}, created: HttpResponse[] = [json(201, CREATED)]) {
  const sent: HttpRequest[] = [];
  const settings = entraVerifiedIdProvider.environment.parse({ ...ENVIRONMENT, ...environment });
  const adapter = entraVerifiedIdProvider.create(settings, {
    clock: { now: () => new Date('2026-11-22T10:00:00Z') },
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      async send(request) {
        sent.push(request);
        if (request.url.endsWith('/token'))
          return json(200, { token_type: 'Bearer', expires_in: 3599, access_token: `token-${sent.length}` });
        return created.shift() ?? json(500, {});
      },
    },
  });
  const session = () =>
    adapter.createSession({
      reference: 'vs_1',
      attempt: 1,
      nonce: 'n'.repeat(43),
      returnUrl: 'https://recover.bank.example/v1/providers/entra-verified-id/return?state=s',
      webhookUrl: 'https://recover.bank.example/v1/webhooks/entra-verified-id',
      language: 'en',
      expectedIdentity: new Sensitive(PERSON),
      chosenDocument: { issuingCountry: 'GB', documentType: 'passport' },
    });
  return { sent, session, adapter };
}

const bodyOf = (request: HttpRequest | undefined) => JSON.parse(String(request?.body)) as Record<string, unknown>;

describe('what leaves for Microsoft', () => {
  it('is our names, addresses and a one-time state: nothing about the person, even when it is at hand', async () => {
    const { sent, session } = await create();
    await expect(session()).resolves.toMatchObject({
      externalId: CREATED.requestId,
      handoff: { kind: 'qr_deeplink', url: CREATED.url },
      expiresAt: new Date(1_795_000_000_000),
    });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://login.microsoftonline.com/bank.example/oauth2/v2.0/token',
      'POST https://verifiedid.did.msidentity.com/v1.0/verifiableCredentials/createPresentationRequest',
    ]);
    expect(bodyOf(sent[1])).toEqual({
      authority: 'did:web:verifier.example',
      includeQRCode: false,
      includeReceipt: false,
      registration: { clientName: 'Bank of Utopia', purpose: 'Recover your account' },
      callback: {
        url: 'https://recover.bank.example/v1/webhooks/entra-verified-id',
        state: `vs_1.${'n'.repeat(43)}`,
        headers: { 'api-key': expect.stringMatching(/^[\w-]{43}$/) },
      },
      requestedCredentials: [
        {
          type: 'VerifiedIdentity',
          acceptedIssuers: ['did:web:issuer.example'],
          configuration: {
            validation: {
              allowRevoked: false,
              validateLinkedDomain: true,
              faceCheck: { sourcePhotoClaimName: 'portrait', matchConfidenceThreshold: 70 },
            },
          },
        },
      ],
    });
    const text = JSON.stringify(sent.map(({ url, headers, body }) => [url, headers, String(body)]));
    for (const canary of [...Object.values(PERSON), 'Canary', 'sensitive', 'c'.repeat(32), 'returnUrl'])
      expect(text).not.toContain(canary);
  });

  it('the names go along when the organisation has decided so, and nothing else does', async () => {
    const { sent, session, adapter } = await create({ ENTRA_VERIFIED_ID_SEND_EXPECTED_NAMES: 'yes' });
    await session();
    expect(adapter.capabilities.expectedIdentityMatching).toBe(true);
    const [requested] = bodyOf(sent[1]).requestedCredentials as Record<string, unknown>[];
    expect(requested?.constraints).toEqual([
      { claimName: 'firstName', values: ['Canary-Given'] },
      { claimName: 'lastName', values: ['Canary-Family'] },
    ]);
    expect(String(sent[1]?.body)).not.toContain('1971-');
  });

  it('a token that is refused is fetched anew for the next person, and the call is not repeated by itself', async () => {
    const { sent, session } = await create({}, [json(401, {}), json(201, CREATED)]);
    await expect(session()).rejects.toEqual(expect.objectContaining({ code: 'unauthorized' }));
    expect(sent).toHaveLength(2);
    await session();
    expect(sent).toHaveLength(4);
    expect([sent[1], sent[3]].map((request) => request?.headers?.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-3',
    ]);
  });

  it.each([
    { ...CREATED, url: 'https://evil.example/' },
    { ...CREATED, url: 'openid-vc://?request_uri=https://evil.example/' },
    { ...CREATED, expiry: '2026' },
    { ...CREATED, requestId: '../other' },
  ])('T111 an answer %j is not handed to the person', async (created) => {
    const { session } = await create({}, [json(201, created)]);
    await expect(session()).rejects.toEqual(expect.any(ProviderError));
    await expect(create({}, [json(200, CREATED)]).then((again) => again.session())).rejects.toMatchObject({
      code: 'unintelligible',
    });
  });
});
