import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { PROFILES } from '../entra-verified-id/profiles.js';
import { trueCredentialEnvironment } from './config.js';

const GOOD = {
  TRUECREDENTIAL_ENVIRONMENT: 'production',
  TRUECREDENTIAL_TENANT_ID: 'bank.example',
  TRUECREDENTIAL_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
  TRUECREDENTIAL_CLIENT_SECRET: 'a-client-secret-of-some-length',
  TRUECREDENTIAL_CALLBACK_SECRET: 'c'.repeat(32),
  TRUECREDENTIAL_AUTHORITY_DID: 'did:web:verifier.example',
  TRUECREDENTIAL_ACCEPTED_ISSUERS: 'did:web:truecredential.example',
  TRUECREDENTIAL_CLIENT_NAME: 'Bank of Utopia',
};

describe('trueCredentialEnvironment', () => {
  it('is the transport’s variables under its own prefix, and no choice of a profile', () => {
    const { properties = {} } = z.toJSONSchema(trueCredentialEnvironment, { io: 'input', unrepresentable: 'any' });
    for (const name of Object.keys(properties)) expect(name).toMatch(/^TRUECREDENTIAL_[A-Z_]+$/);
    expect(Object.keys(properties)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/PROFILE|CREDENTIAL_TYPE|PHOTO_CLAIM/)]),
    );
  });

  it('asks for TrueCredential’s own contract', () => {
    expect(trueCredentialEnvironment.parse(GOOD)).toMatchObject({
      id: 'truecredential',
      procedure: `truecredential:${PROFILES.truecredential.contractId}`,
      credential: { type: 'VerifiedIdentity', photoClaim: 'portrait', vouchedChecks: [] },
    });
  });

  it('vouches for nothing and is live only as the organisation says', () => {
    const settings = trueCredentialEnvironment.parse({
      ...GOOD,
      TRUECREDENTIAL_ENVIRONMENT: 'sandbox',
      TRUECREDENTIAL_ISSUER_VOUCHES: 'document_authenticity',
    });
    expect(settings).toMatchObject({ live: false, credential: { vouchedChecks: ['document_authenticity'] } });
  });

  it.each([
    ['TRUECREDENTIAL_CLIENT_SECRET', undefined],
    ['TRUECREDENTIAL_ACCEPTED_ISSUERS', undefined],
    ['TRUECREDENTIAL_ENVIRONMENT', undefined],
    ['TRUECREDENTIAL_MATCH_THRESHOLD', '40'],
  ])('names %s when it is %j', (name, value) => {
    const { error } = trueCredentialEnvironment.safeParse({ ...GOOD, [name]: value });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });
});
