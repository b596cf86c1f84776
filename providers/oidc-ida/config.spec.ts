import { describe, expect, it } from '@jest/globals';
import { oidcIdaEnvironment, settingsUnder } from './config.js';
import { VENDOR_ENVIRONMENT } from './fixtures/spec-vendor.js';

const environment = oidcIdaEnvironment('OIDC_IDA_', { displayName: 'Identity verification' });
const parse = (changes: Record<string, string> = {}) =>
  settingsUnder('OIDC_IDA_', environment.parse({ ...VENDOR_ENVIRONMENT, ...changes }));

describe('oidcIdaEnvironment', () => {
  it('describes each of its variables, all under its prefix', () => {
    for (const [name, variable] of Object.entries(environment.shape)) {
      expect(name).toMatch(/^OIDC_IDA_[A-Z_]+$/);
      expect(variable.description).toMatch(/^[A-Z]/);
    }
  });

  it('believes nothing by default but that the vendor compared the data', () => {
    expect(parse()).toMatchObject({
      SIGNING_ALGORITHM: 'RS256',
      SCOPE: 'openid profile identity_assurance',
      ASSURANCE: [{ framework: 'IDV-DELEGATED', level: 'VERIFIED', kinds: ['data_match'] }],
      EVIDENCE_CHECKS: [],
      DISPLAY_NAME: 'Identity verification',
    });
  });

  it('reads several frameworks, and one without levels', () => {
    const { ASSURANCE, EVIDENCE_CHECKS } = parse({
      OIDC_IDA_ASSURANCE: 'nist_800_63A/ial2=data_match+face_match, de_aml=data_match',
      OIDC_IDA_EVIDENCE_CHECKS: 'document_authenticity+face_match',
    });
    expect(ASSURANCE).toEqual([
      { framework: 'nist_800_63A', level: 'ial2', kinds: ['data_match', 'face_match'] },
      { framework: 'de_aml', level: undefined, kinds: ['data_match'] },
    ]);
    expect(EVIDENCE_CHECKS).toEqual(['document_authenticity', 'face_match']);
  });

  it('names every missing variable at once', () => {
    const { error } = environment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(VENDOR_ENVIRONMENT));
  });

  it.each([
    ['OIDC_IDA_ISSUER', 'idv-vendor.example'],
    ['OIDC_IDA_PAR_URL', 'javascript:alert(1)'],
    ['OIDC_IDA_AUTHORIZE_URL', 'https://user:word@idv-vendor.example'],
    ['OIDC_IDA_AUTHORIZE_URL', 'https://idv-vendor.example/authorize?client_id=other'],
    ['OIDC_IDA_TOKEN_URL', 'https://idv-vendor.example/token#x'],
    ['OIDC_IDA_CLIENT_ID', ''],
    ['OIDC_IDA_CLIENT_SECRET', 'short'],
    ['OIDC_IDA_CLIENT_SECRET', 'a secret with spaces'],
    ['OIDC_IDA_SCOPE', 'profile identity_assurance'],
    ['OIDC_IDA_SCOPE', 'openidx'],
    ['OIDC_IDA_SCOPE', 'openid  profile'],
    ['OIDC_IDA_SIGNING_ALGORITHM', 'none'],
    ['OIDC_IDA_SIGNING_ALGORITHM', 'HS256'],
    ['OIDC_IDA_ENVIRONMENT', 'live'],
    ['OIDC_IDA_ASSURANCE', ''],
    ['OIDC_IDA_ASSURANCE', 'IDV-DELEGATED/VERIFIED'],
    ['OIDC_IDA_ASSURANCE', 'IDV-DELEGATED/VERIFIED=everything'],
    ['OIDC_IDA_ASSURANCE', 'IDV-DELEGATED/VERIFIED=data_match IDV-DELEGATED/VERIFIED=face_match'],
    // No vendor has our portrait, and this check ties a person to the account.
    ['OIDC_IDA_ASSURANCE', 'IDV-DELEGATED/VERIFIED=data_match+reference_portrait_match'],
    ['OIDC_IDA_EVIDENCE_CHECKS', 'presentation_attack'],
    ['OIDC_IDA_DISPLAY_NAME', '<b>Vendor</b>'],
  ])('refuses %s=%j', (name, value) => {
    const { error } = environment.safeParse({ ...VENDOR_ENVIRONMENT, [name]: value });
    expect(new Set(error?.issues.map(({ path }) => path[0]))).toEqual(new Set([name]));
    if (value.length > 5) expect(JSON.stringify(error?.issues)).not.toContain(value);
  });
});
