import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushReceiver } from '../../kit/conformance/index.js';
import type { RunningSimulator, ScenarioName, SimulatorOptions } from '../../kit/simulator/index.js';
import { selfSignedCertificate } from '../fixtures/self-signed-certificate.js';
import { simulator } from './index.js';
import type { VerifiedIdCredentials } from './verified-id-simulator.js';

const DEADLINE_MS = 10_000;
const SCOPE = '3db474b9-6a0c-4840-96ac-1fceb342124f/.default';
const CREDENTIALS: VerifiedIdCredentials = {
  TENANT_ID: 'tenant.example',
  CLIENT_ID: 'client',
  CLIENT_SECRET: 'secret',
  AUTHORITY_DID: 'did:web:verifier.example',
  ACCEPTED_ISSUERS: 'did:web:issuer.example',
};

type Members = Record<string, unknown>;

let partner: RunningSimulator;
let receiver: PushReceiver;

async function start(options: Partial<SimulatorOptions<VerifiedIdCredentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({ credentials: CREDENTIALS, retryDelaysMs: [], ...options });
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

async function token(changes: Record<string, string> = {}, tenant = 'tenant.example') {
  const grant = { grant_type: 'client_credentials', client_id: 'client', client_secret: 'secret', scope: SCOPE };
  const response = await fetch(`${partner.baseUrl}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...grant, ...changes }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const body = (await response.json()) as { access_token?: string; error?: string };
  return { status: response.status, ...body };
}

const validation = () => ({
  allowRevoked: false,
  validateLinkedDomain: true,
  faceCheck: { sourcePhotoClaimName: 'portrait', matchConfidenceThreshold: 70 },
});
const requested = (changes: Members = {}): Members => ({
  type: 'VerifiedIdentity',
  acceptedIssuers: ['did:web:issuer.example'],
  configuration: { validation: validation() },
  ...changes,
});
const request = (changes: Members = {}): Members => ({
  authority: 'did:web:verifier.example',
  includeQRCode: false,
  includeReceipt: false,
  registration: { clientName: 'Bank', purpose: 'Recovery' },
  callback: { url: receiver.url, state: 'vs_1.nonce', headers: { 'api-key': 'key-of-the-request' } },
  requestedCredentials: [requested()],
  ...changes,
});

async function create(body: Members = request(), accessToken?: string) {
  const response = await fetch(`${partner.baseUrl}/v1.0/verifiableCredentials/createPresentationRequest`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken ?? (await token()).access_token ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    requestId: string;
    url: string;
    expiry: number;
    error?: { code: string; innererror: { code: string; target: string } };
  };
  return { status: response.status, ...answer };
}

async function callbacks(count: number): Promise<Members[]> {
  for (let seen = 0; seen < count; seen += 1) expect(await receiver.anotherAfter(seen, DEADLINE_MS)).toBe(true);
  return receiver.pushes.slice(0, count).map(({ body }) => JSON.parse(Buffer.from(body).toString()) as Members);
}

async function callbacksAfter(scenario: ScenarioName, count: number): Promise<Members[]> {
  await create();
  await partner.decide('vs_1', { scenario, identity: { givenName: 'Ana' } });
  return callbacks(count);
}

describe('the token endpoint', () => {
  it('gives a bearer token for an hour', async () => {
    expect(await token()).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3599 });
  });

  it.each([
    [{ client_secret: 'other' }, 401, 'invalid_client'],
    [{ client_id: 'other' }, 400, 'unauthorized_client'],
    [{ scope: 'https://graph.microsoft.com/.default' }, 400, 'invalid_scope'],
    [{ grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
  ])('refuses %j', async (changes, status, error) => {
    expect(await token(changes)).toMatchObject({ status, error });
    expect((await token({}, 'other.example')).status).toBe(400);
  });

  it('refuses a secret, and an assertion nobody signed, from an application with a certificate', async () => {
    const { certificate } = selfSignedCertificate();
    await start({ credentials: { ...CREDENTIALS, CLIENT_SECRET: undefined, CLIENT_CERTIFICATE: certificate } });
    expect((await token()).status).toBe(401);
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const client_assertion = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjbGllbnQifQ.';
    expect(await token({ client_assertion_type, client_assertion })).toMatchObject({ status: 401 });
  });
});

describe('createPresentationRequest', () => {
  it('answers 201 with an id, a deep link to its own address and an end', async () => {
    const { status, requestId, url, expiry } = await create();
    expect([status, requestId]).toEqual([201, expect.stringMatching(/^[\da-f-]{36}$/)]);
    expect(url).toBe(
      `openid-vc://?request_uri=${partner.publicUrl}/v1.0/tenant.example/verifiableCredentials/presentationRequests/${requestId}`,
    );
    expect(expiry * 1000).toBeGreaterThan(Date.now());
  });

  it('needs a token it has given out', async () => {
    expect(await create(request(), 'other')).toMatchObject({
      status: 401,
      error: { code: 'unauthorized', innererror: { code: 'tokenError' } },
    });
  });

  const broken: [target: string, changes: () => Members][] = [
    ['authority', () => ({ authority: 'did:web:other.example' })],
    ['includeQRCode', () => ({ includeQRCode: 'no' })],
    ['includeReceipt', () => ({ includeReceipt: true })],
    ['includeQrCode', () => ({ includeQrCode: true })],
    ['registration.clientName', () => ({ registration: {} })],
    ['callback', () => ({ callback: undefined })],
    ['callback.url', () => ({ callback: { url: 'http://rp.example/', state: 's' } })],
    ['callback.state', () => ({ callback: { url: receiver.url } })],
    ['callback.headers', () => ({ callback: { url: receiver.url, state: 's', headers: { 'x-key': 'k' } } })],
    ['requestedCredentials', () => ({ requestedCredentials: [] })],
    ['requestedCredentials.type', () => ({ requestedCredentials: [requested({ type: undefined })] })],
    ['requestedCredentials.acceptedIssuers', () => ({ requestedCredentials: [requested({ acceptedIssuers: ['x'] })] })],
    [
      'requestedCredentials.constraints',
      () => ({
        requestedCredentials: [requested({ constraints: [{ claimName: 'a', values: ['b'], contains: 'c' }] })],
      }),
    ],
    ['faceCheck.matchConfidenceThreshold', () => withFaceCheck({ matchConfidenceThreshold: 49 })],
    ['faceCheck.matchConfidenceThreshold', () => withFaceCheck({ matchConfidenceThreshold: 70.5 })],
    ['faceCheck.sourcePhotoClaimName', () => withFaceCheck({ sourcePhotoClaimName: '' })],
  ];
  const withFaceCheck = (changes: Members): Members => {
    const faceCheck = { ...validation().faceCheck, ...changes };
    return { requestedCredentials: [requested({ configuration: { validation: { ...validation(), faceCheck } } })] };
  };

  it.each(broken)('refuses a wrong %s in Microsoft’s envelope', async (target, changes) => {
    expect(await create(request(changes()))).toMatchObject({
      status: 400,
      error: { code: 'badRequest', innererror: { code: 'badOrMissingField', target } },
    });
  });
});

describe('callbacks', () => {
  it('tell of the retrieval and then of the credential, with the header and state they were given', async () => {
    const [first, second] = await callbacksAfter('pass', 2);
    expect(first).toMatchObject({ requestStatus: 'request_retrieved', state: 'vs_1.nonce' });
    expect(second).toMatchObject({
      requestId: first?.requestId,
      requestStatus: 'presentation_verified',
      state: 'vs_1.nonce',
      verifiedCredentialsData: [
        {
          issuer: 'did:web:issuer.example',
          type: ['VerifiableCredential', 'VerifiedIdentity'],
          claims: { firstName: 'Ana', lastName: 'Sandbox', portrait: expect.any(String) },
          credentialState: { revocationStatus: 'VALID' },
          faceCheck: { matchConfidenceScore: 86.314159, sourcePhotoQuality: 'HIGH' },
        },
      ],
    });
    for (const { headers } of receiver.pushes) expect(headers['api-key']).toBe('key-of-the-request');
  });

  it('withhold the score of a face that is unlike the photo', async () => {
    const [, end] = await callbacksAfter('fail:face_match', 2);
    expect(end?.error).toEqual({
      code: 'claimValidationError',
      message: 'Match confidence score failing to meet the threshold.',
    });
    expect(end).not.toHaveProperty('verifiedCredentialsData');
  });

  it.each<[ScenarioName, Members]>([
    ['fail:document_authenticity', { credentialState: { revocationStatus: 'REVOKED' } }],
    ['unknown_result', { credentialState: { revocationStatus: 'MOSTLY_VALID' } }],
    ['wrong_person', { claims: expect.objectContaining({ firstName: 'Somebody' }) }],
  ])('%s shows in the credential', async (scenario, expected) => {
    const [, end] = await callbacksAfter(scenario, 2);
    expect(end?.verifiedCredentialsData).toEqual([expect.objectContaining(expected)]);
  });

  it('name another request, carry another nonce, or another key, as the scenario says', async () => {
    const [first, second] = await callbacksAfter('wrong_session', 2);
    expect(second?.requestId).not.toBe(first?.requestId);
    await create(request({ callback: { url: receiver.url, state: 'vs_2.nonce', headers: { 'api-key': 'key' } } }));
    await partner.decide('vs_2', { scenario: 'wrong_nonce' });
    expect((await callbacks(4))[3]?.state).toBe('vs_2.ecnon');
    await create(request({ callback: { url: receiver.url, state: 'vs_3.nonce', headers: { 'api-key': 'key' } } }));
    await partner.decide('vs_3', { scenario: 'bad_signature' });
    await callbacks(6);
    expect(receiver.pushes[5]?.headers['api-key']).toBe('yek');
  });

  it('out of order, the end comes first; replayed, both come twice', async () => {
    const statuses = (await callbacksAfter('out_of_order', 2)).map(({ requestStatus }) => requestStatus);
    expect(statuses).toEqual(['presentation_verified', 'request_retrieved']);
    await create(request({ callback: { url: receiver.url, state: 'vs_2.nonce', headers: {} } }));
    await partner.decide('vs_2', { scenario: 'replay' });
    const replayed = (await callbacks(6)).slice(2).map(({ requestStatus }) => requestStatus);
    expect(replayed).toEqual([
      'request_retrieved',
      'presentation_verified',
      'request_retrieved',
      'presentation_verified',
    ]);
  });

  it('of names that are not as asked are errors, whatever their case otherwise', async () => {
    const constraints = [{ claimName: 'firstName', values: ['ANA'] }];
    await create(request({ requestedCredentials: [requested({ constraints })] }));
    await partner.decide('vs_1', { scenario: 'pass', identity: { givenName: 'Ana' } });
    // Callbacks of two requests come in any order.
    await callbacks(2);
    const state = { callback: { url: receiver.url, state: 'vs_2.nonce', headers: {} } };
    await create(request({ ...state, requestedCredentials: [requested({ constraints })] }));
    await partner.decide('vs_2', { scenario: 'wrong_person' });
    const statuses = (await callbacks(4)).map(({ requestStatus }) => requestStatus);
    expect(statuses[1]).toBe('presentation_verified');
    expect(statuses[3]).toBe('presentation_error');
  });
});
