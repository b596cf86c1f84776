import { describe, expect, it } from '@jest/globals';
import { idemiaProvider } from './index.js';
import { idemiaEnvironment } from './config.js';

const REQUIRED = {
  IDEMIA_BASE_URL: 'https://gips.example/gips/v1',
  IDEMIA_API_KEY: 'a-key-of-some-length',
  IDEMIA_ENVIRONMENT: 'production',
  IDEMIA_WEBHOOK_KEY: 'first-key-of-some-length, second-key-of-some-length',
};

describe('idemiaEnvironment', () => {
  it('describes each of its variables, all of them its own', () => {
    for (const [name, variable] of Object.entries(idemiaEnvironment.shape)) {
      expect(name).toMatch(/^IDEMIA_[A-Z_]+$/);
      expect(variable.description).toMatch(/^[A-Z]/);
    }
  });

  it('has a default for what IDEMIA does not publish, and none that passes by accident', () => {
    const { IDEMIA_WEBHOOK_KEY, ...settings } = idemiaEnvironment.parse(REQUIRED);
    expect(IDEMIA_WEBHOOK_KEY).toHaveLength(2);
    expect(settings).toMatchObject({
      IDEMIA_WEBHOOK_HEADER: 'x-idemia-notification-key',
      IDEMIA_WEBHOOK_ID_MEMBERS: ['identityId', 'identity_id', 'id'],
      IDEMIA_CONSENT_TYPES: ['PORTRAIT'],
      IDEMIA_PORTRAIT_UPLOAD_PATH: 'attributes/portrait/capture',
      IDEMIA_PORTRAIT_PART: 'Portrait',
      IDEMIA_IMAGE_LIVENESS: 'indicator',
      IDEMIA_SETTLED_STATUSES: ['EXPECTING_INPUT'],
      IDEMIA_MINIMUM_ASSURANCE: 'LOA1',
    });
  });

  it('T37 has no default for the environment: somebody has to say which one it is', () => {
    const { IDEMIA_ENVIRONMENT: _missing, ...rest } = REQUIRED;
    expect(idemiaEnvironment.safeParse(rest).error?.issues.map(({ path }) => path[0])).toEqual(['IDEMIA_ENVIRONMENT']);
  });

  it('names every fault at once', () => {
    const { error } = idemiaProvider.environment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(REQUIRED));
  });

  it.each([
    ['IDEMIA_BASE_URL', 'ftp://gips.example'],
    ['IDEMIA_BASE_URL', 'https://user:word@gips.example'],
    ['IDEMIA_API_KEY', 'fifteen-letters'],
    ['IDEMIA_ENVIRONMENT', 'Production'],
    ['IDEMIA_WEBHOOK_KEY', 'short'],
    ['IDEMIA_WEBHOOK_HEADER', 'x key'],
    ['IDEMIA_WEBHOOK_HEADER', 'x-key\r\n'],
    ['IDEMIA_WEBHOOK_ID_MEMBERS', 'identity.id'],
    ['IDEMIA_TENANT_ROLE', 'a role'],
    ['IDEMIA_CONSENT_TYPES', 'portrait'],
    ['IDEMIA_PORTRAIT_UPLOAD_PATH', '../../other'],
    ['IDEMIA_PORTRAIT_UPLOAD_PATH', '/attributes'],
    ['IDEMIA_PORTRAIT_UPLOAD_PATH', 'attributes?x=1'],
    ['IDEMIA_PORTRAIT_PART', 'Portrait"'],
    ['IDEMIA_IMAGE_LIVENESS', 'always'],
    ['IDEMIA_SETTLED_STATUSES', ' '],
    ['IDEMIA_MINIMUM_ASSURANCE', 'LOA0'],
  ])('refuses %s=%j', (name, value) => {
    const { error } = idemiaEnvironment.safeParse({ ...REQUIRED, [name]: value });
    expect(error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });
});
