import { describe, expect, it } from '@jest/globals';
import { clear1Environment } from './config.js';
import { clear1Provider } from './index.js';

const GOOD = {
  CLEAR1_API_KEY: 'a-key-of-some-length',
  CLEAR1_ENVIRONMENT: 'production',
  CLEAR1_PROJECT_ID: 'project_5f0c',
  CLEAR1_WEBHOOK_TOKEN: 'a-token-of-some-length',
  CLEAR1_WEBHOOK_SECRET: 'a-secret-of-some-length',
};
const faults = (changes: Record<string, string>) =>
  clear1Environment.safeParse({ ...GOOD, ...changes }).error?.issues.map(({ path }) => path[0]);

describe('clear1Environment', () => {
  it('describes each of its variables', () => {
    for (const [name, variable] of Object.entries(clear1Environment.shape)) {
      expect(name).toMatch(/^CLEAR1_[A-Z_]+$/);
      expect(variable.description).toMatch(/^[A-Z]/);
    }
  });

  it('needs keys and secrets, and has defaults for the rest that pass nothing', () => {
    expect(clear1Environment.parse(GOOD)).toMatchObject({
      CLEAR1_CHECK_MAP: {},
      CLEAR1_REASON_FAMILIES: ['SV'],
      CLEAR1_API_URL: 'https://verified.clearme.com/v1',
      CLEAR1_VERIFY_URL: 'https://verified.clearme.com/verify',
    });
    const { error } = clear1Environment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(GOOD));
  });

  it('reads two secrets while one is being replaced', () => {
    const both = 'a-secret-of-some-length another-secret-of-some-length';
    expect(clear1Environment.parse({ ...GOOD, CLEAR1_WEBHOOK_SECRET: both }).CLEAR1_WEBHOOK_SECRET).toHaveLength(2);
  });

  it.each([
    ['', {}],
    [' , ', {}],
    ['liveness=presentation_attack', { presentation_attack: ['liveness'] }],
    [
      'face match = face_match, liveness=presentation_attack , spoof=presentation_attack',
      { face_match: ['face match'], presentation_attack: ['liveness', 'spoof'] },
    ],
  ])('reads the map %j', (text, map) => {
    expect(clear1Environment.parse({ ...GOOD, CLEAR1_CHECK_MAP: text }).CLEAR1_CHECK_MAP).toEqual(map);
  });

  it.each([
    ['CLEAR1_CHECK_MAP', 'liveness'],
    ['CLEAR1_CHECK_MAP', 'liveness='],
    ['CLEAR1_CHECK_MAP', '=face_match'],
    ['CLEAR1_CHECK_MAP', 'liveness=shoe_size'],
    ['CLEAR1_CHECK_MAP', 'liveness=data_match'],
    ['CLEAR1_CHECK_MAP', 'liveness=reference_portrait_match'],
    ['CLEAR1_CHECK_MAP', 'a=face_match=b'],
    ['CLEAR1_CHECK_MAP', 'a=face_match,a=presentation_attack'],
    ['CLEAR1_REASON_FAMILIES', 'sv'],
    ['CLEAR1_REASON_FAMILIES', '.*'],
    ['CLEAR1_ENVIRONMENT', 'Production'],
    ['CLEAR1_PROJECT_ID', 'project/1'],
    ['CLEAR1_API_URL', 'ftp://verified.clearme.com'],
    ['CLEAR1_VERIFY_URL', 'https://verified.clearme.com/verify?token=1'],
    ['CLEAR1_WEBHOOK_TOKEN', 'short'],
    ['CLEAR1_WEBHOOK_SECRET', ''],
  ])('refuses %s=%j', (name, value) => {
    expect(faults({ [name]: value })).toEqual([name]);
  });

  it('T37 refuses a sandbox key in production, and takes it in the sandbox', () => {
    const key = { CLEAR1_API_KEY: 'sandbox_key-of-some-length' };
    expect(faults(key)).toEqual(['CLEAR1_ENVIRONMENT']);
    expect(faults({ ...key, CLEAR1_ENVIRONMENT: 'sandbox' })).toBeUndefined();
  });
});

describe('what it declares', () => {
  it('is to run exactly the kinds of the map', () => {
    const settings = clear1Provider.environment.parse({ ...GOOD, CLEAR1_CHECK_MAP: 'x=face_match' });
    const ports = {
      http: { send: () => Promise.reject(new Error('inert')) },
      clock: { now: () => new Date(0) },
      logger: { info: () => undefined, warn: () => undefined },
    };
    expect(clear1Provider.create(settings, ports).capabilities.checks).toEqual(['face_match']);
  });
});
