import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { entraVerifiedIdEnvironment } from './config.js';
import { selfSignedCertificate } from './fixtures/self-signed-certificate.js';
import { manifestUrl, PROFILE_NAMES, PROFILES } from './profiles.js';

const P = 'ENTRA_VERIFIED_ID_';
const GOOD: Record<string, string> = {
  [`${P}PROFILE`]: 'clear1',
  [`${P}ENVIRONMENT`]: 'production',
  [`${P}TENANT_ID`]: '11111111-2222-3333-4444-555555555555',
  [`${P}CLIENT_ID`]: '66666666-7777-8888-9999-000000000000',
  [`${P}CLIENT_SECRET`]: 'a-client-secret-of-some-length',
  [`${P}CALLBACK_SECRET`]: 'c'.repeat(32),
  [`${P}AUTHORITY_DID`]: 'did:web:verifier.example',
  [`${P}ACCEPTED_ISSUERS`]: 'did:web:issuer.example',
  [`${P}CLIENT_NAME`]: 'Bank of Utopia',
};
const README = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
const { certificate, privateKey } = selfSignedCertificate();
const stranger = selfSignedCertificate();

const parse = (changes: Record<string, string | undefined> = {}) =>
  entraVerifiedIdEnvironment.safeParse({
    ...GOOD,
    ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`${P}${name}`, value])),
  });
const settings = (changes: Record<string, string | undefined> = {}) => {
  const { data } = parse(changes);
  if (!data) throw new Error('these settings are good');
  return data;
};

describe('entraVerifiedIdEnvironment', () => {
  it('describes each of its variables', () => {
    const { properties = {} } = z.toJSONSchema(entraVerifiedIdEnvironment, { io: 'input', unrepresentable: 'any' });
    for (const [name, variable] of Object.entries(properties)) {
      expect(name).toMatch(/^ENTRA_VERIFIED_ID_[A-Z_]+$/);
      expect((variable as { description?: string }).description).toMatch(/^[A-Z]/);
    }
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(GOOD)));
  });

  it('becomes settings with careful defaults', () => {
    expect(settings()).toMatchObject({
      live: true,
      apiUrl: 'https://verifiedid.did.msidentity.com',
      loginUrl: 'https://login.microsoftonline.com',
      linkHosts: ['verifiedid.did.msidentity.com'],
      procedure: `clear1:${PROFILES.clear1.contractId}`,
      sendsExpectedNames: false,
      credential: {
        type: 'VerifiedIdentity',
        photoClaim: 'portrait',
        matchThreshold: 70,
        linkedDomainRequired: true,
        vouchedChecks: [],
        claims: { givenName: 'firstName', familyName: 'lastName', birthDate: undefined },
      },
    });
  });

  it('T37 only production is live', () => {
    expect(settings({ ENVIRONMENT: 'sandbox' }).live).toBe(false);
    for (const ENVIRONMENT of [undefined, '', 'live', 'Production']) expect(parse({ ENVIRONMENT }).success).toBe(false);
  });

  it.each(PROFILE_NAMES)('has the credential of %s, whose manifest is where Microsoft says', (name) => {
    expect(settings({ PROFILE: name }).procedure).toBe(`${name}:${PROFILES[name].contractId}`);
    expect(manifestUrl(PROFILES[name])).toMatch(
      /^https:\/\/verifiedid\.did\.msidentity\.com\/v1\.0\/tenants\/[\da-f-]{36}\/verifiableCredentials\/contracts\/[\da-f-]{36}\/manifest$/,
    );
    const { tenantId, contractId } = PROFILES[name];
    expect(README).toMatch(new RegExp(`\\| \`${name}\` +\\| ${tenantId} +\\| ${contractId} +\\|`));
  });

  it('asks for any other credential by type and photo claim, and for nothing without them', () => {
    const custom = settings({ PROFILE: 'custom', CREDENTIAL_TYPE: 'VerifiedEmployee', PHOTO_CLAIM: 'photo' });
    expect(custom.credential).toMatchObject({ type: 'VerifiedEmployee', photoClaim: 'photo' });
    expect(parse({ PROFILE: 'custom' }).error?.issues.map(({ path }) => path[0])).toEqual([
      `${P}CREDENTIAL_TYPE`,
      `${P}PHOTO_CLAIM`,
    ]);
  });

  it('reads lists of issuers, vouched checks, hosts and secrets', () => {
    const read = settings({
      ACCEPTED_ISSUERS: 'did:web:one.example, did:ion:EiA',
      ISSUER_VOUCHES: 'document_authenticity,document_expiry document_expiry',
      LINK_HOSTS: 'localhost wallet.example',
      CALLBACK_SECRET: `${'c'.repeat(32)} ${'d'.repeat(32)}`,
    });
    expect(read.credential.acceptedIssuers).toEqual(['did:web:one.example', 'did:ion:EiA']);
    expect(read.credential.vouchedChecks).toEqual(['document_authenticity', 'document_expiry']);
    expect(read.linkHosts).toEqual(['localhost', 'wallet.example']);
    expect(read.callbackSecrets).toHaveLength(2);
  });

  it('takes a certificate with its own key instead of a secret, line breaks written either way', () => {
    for (const written of [(text: string) => text, (text: string) => text.replaceAll('\n', '\\n')]) {
      const { clientProof } = settings({
        CLIENT_SECRET: undefined,
        CLIENT_CERTIFICATE: written(certificate),
        CLIENT_PRIVATE_KEY: written(privateKey),
      });
      expect(clientProof).toMatchObject({ kind: 'certificate', thumbprint: expect.stringMatching(/^[\w-]{43}$/) });
    }
  });

  it.each([
    ['neither', {}, 'CLIENT_SECRET'],
    [
      'both',
      { CLIENT_SECRET: 's'.repeat(20), CLIENT_CERTIFICATE: certificate, CLIENT_PRIVATE_KEY: privateKey },
      'CLIENT_SECRET',
    ],
    ['a key alone', { CLIENT_PRIVATE_KEY: privateKey }, 'CLIENT_CERTIFICATE'],
    ['a certificate alone', { CLIENT_CERTIFICATE: certificate }, 'CLIENT_PRIVATE_KEY'],
    [
      'somebody else’s key',
      { CLIENT_CERTIFICATE: certificate, CLIENT_PRIVATE_KEY: stranger.privateKey },
      'CLIENT_PRIVATE_KEY',
    ],
  ])('with %s it says which variable is wrong', (_title, proof, name) => {
    const { error } = parse({ CLIENT_SECRET: undefined, ...proof });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([`${P}${name}`]);
  });

  it.each([
    ['PROFILE', 'okta'],
    ['TENANT_ID', '../other'],
    ['CLIENT_ID', 'a b'],
    ['CLIENT_SECRET', 'short'],
    ['CALLBACK_SECRET', 'shorter-than-32-characters'],
    ['CALLBACK_SECRET', ''],
    ['AUTHORITY_DID', 'https://verifier.example'],
    ['ACCEPTED_ISSUERS', ''],
    ['ACCEPTED_ISSUERS', 'issuer.example'],
    ['CLIENT_NAME', ''],
    ['CLIENT_NAME', 'two\nlines'],
    ['MATCH_THRESHOLD', '49'],
    ['MATCH_THRESHOLD', '101'],
    ['MATCH_THRESHOLD', '70.5'],
    ['MATCH_THRESHOLD', ''],
    ['ISSUER_VOUCHES', 'face_match'],
    ['ISSUER_VOUCHES', 'data_match'],
    ['SEND_EXPECTED_NAMES', 'true'],
    ['LINK_HOSTS', 'https://wallet.example'],
    ['API_URL', 'javascript:alert(1)'],
    ['LOGIN_URL', 'https://user:word@login.example'],
    ['CLIENT_CERTIFICATE', 'not a certificate'],
    ['CLIENT_PRIVATE_KEY', 'not a key'],
    ['GIVEN_NAME_CLAIM', '$.name'],
  ])('refuses %s=%j by name and without the value', (name, value) => {
    const { error } = parse({ [name]: value });
    expect(error?.issues.map(({ path }) => path[0])).toContain(`${P}${name}`);
    if (value.length > 3) expect(JSON.stringify(error?.issues)).not.toContain(value);
  });
});
