import { describe, expect, it } from '@jest/globals';
import { oneKosmosEnvironment } from './config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const GOOD = {
  ONEKOSMOS_TENANT_URL: 'https://acme.1kosmos.net',
  ONEKOSMOS_LICENSE_KEY: '3b241101-e2bb-4255-8caf-4136c566a962',
  ONEKOSMOS_WORKFLOW_KEY: 'acme_dvcid',
  ONEKOSMOS_ENVIRONMENT: 'production',
  ONEKOSMOS_CHECK_PATHS: 'face_match=checks[type=face_compare].status, document_authenticity=checks[0].status',
};

describe('oneKosmosEnvironment', () => {
  it('describes each of its variables and needs no more than these', () => {
    for (const variable of Object.values(oneKosmosEnvironment.shape)) expect(variable.description).toMatch(/^[A-Z]/);
    expect(oneKosmosEnvironment.parse(GOOD)).toMatchObject({
      ONEKOSMOS_COMMUNITY: 'default',
      ONEKOSMOS_DOCUMENT_TYPE: 'dl_object',
      ONEKOSMOS_ALLOWED_HOSTS: [],
      ONEKOSMOS_RESULT_PATH: 'v3/document_share_session/result',
      ONEKOSMOS_RESULT_WITHOUT_SESSION_ID: 'refuse',
      ONEKOSMOS_SESSION_ID_PATH: { text: 'sessionId' },
      ONEKOSMOS_STATUS_PATHS: [{ text: 'status' }, { text: 'responseStatus' }, { text: 'sessionResult' }],
    });
  });

  it('names every fault at once', () => {
    const { error } = oneKosmosEnvironment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(GOOD));
  });

  it('points at nothing by itself: there is no check that passes without an operator’s word', () => {
    const { ONEKOSMOS_CHECK_PATHS: _left, ...rest } = GOOD;
    expect(oneKosmosEnvironment.safeParse(rest).success).toBe(false);
  });

  it.each([
    ['ONEKOSMOS_TENANT_URL', 'ftp://acme.1kosmos.net'],
    ['ONEKOSMOS_TENANT_URL', 'https://user:word@acme.1kosmos.net'],
    ['ONEKOSMOS_TENANT_DNS', 'https://acme.1kosmos.net'],
    ['ONEKOSMOS_TENANT_DNS', 'Acme.1kosmos.net'],
    ['ONEKOSMOS_COMMUNITY', ''],
    ['ONEKOSMOS_LICENSE_KEY', 'short'],
    ['ONEKOSMOS_LICENSE_KEY', 'with space in the middle of it'],
    ['ONEKOSMOS_WORKFLOW_KEY', ''],
    ['ONEKOSMOS_WORKFLOW_KEY', 'two words'],
    ['ONEKOSMOS_ENVIRONMENT', 'test'],
    ['ONEKOSMOS_DOCUMENT_TYPE', 'passport'],
    ['ONEKOSMOS_ALLOWED_HOSTS', 'https://evil.example'],
    ['ONEKOSMOS_ALLOWED_HOSTS', '*.net'],
    ['ONEKOSMOS_ALLOWED_HOSTS', '*'],
    ['ONEKOSMOS_ALLOWED_HOSTS', 'a..b'],
    ['ONEKOSMOS_PRIVATE_KEY', 'a'.repeat(44)],
    ['ONEKOSMOS_PRIVATE_KEY', Buffer.alloc(32).toString('base64')],
    ['ONEKOSMOS_RESULT_PATH', '../admin'],
    ['ONEKOSMOS_STATUS_PATHS', ''],
    ['ONEKOSMOS_STATUS_PATHS', 'a[*]'],
    ['ONEKOSMOS_SESSION_ID_PATH', '$.sessionId'],
    ['ONEKOSMOS_RESULT_WITHOUT_SESSION_ID', 'true'],
    ['ONEKOSMOS_REFERENCE_PATH', ''],
    ['ONEKOSMOS_CHECK_PATHS', ''],
    ['ONEKOSMOS_CHECK_PATHS', 'checks[type=face].status'],
    ['ONEKOSMOS_CHECK_PATHS', 'face_match='],
    ['ONEKOSMOS_CHECK_PATHS', 'data_match=a'],
    ['ONEKOSMOS_CHECK_PATHS', 'reference_portrait_match=a'],
    ['ONEKOSMOS_CHECK_PATHS', 'constructor=a'],
    ['ONEKOSMOS_DOCUMENT_PATHS', 'a b c d e f g h i'],
  ])('refuses %s=%j', (name, value) => {
    const { success, error } = oneKosmosEnvironment.safeParse({ ...GOOD, [name]: value });
    expect(success).toBe(false);
    expect(error?.issues.map(({ path }) => path[0])).toEqual([name]);
    if (value.length > 5) expect(JSON.stringify(error?.issues)).not.toContain(value);
  });

  it('a result without session id goes with keys made for each call, not with one that stays', () => {
    const accepting = { ...GOOD, ONEKOSMOS_RESULT_WITHOUT_SESSION_ID: 'accept' };
    expect(oneKosmosEnvironment.safeParse(accepting).success).toBe(true);
    expect(oneKosmosEnvironment.safeParse({ ...GOOD, ONEKOSMOS_PRIVATE_KEY: KEY }).success).toBe(true);
    const { error } = oneKosmosEnvironment.safeParse({ ...accepting, ONEKOSMOS_PRIVATE_KEY: KEY });
    expect(error?.issues.map(({ path }) => path[0])).toEqual(['ONEKOSMOS_RESULT_WITHOUT_SESSION_ID']);
    expect(JSON.stringify(error?.issues)).not.toContain(KEY);
  });
});
