import { describe, expect, it } from '@jest/globals';
import { idverseEnvironment } from './config.js';

const GOOD = {
  IDVERSE_API_URL: 'https://bank.api.au.idkit.com/v1',
  IDVERSE_OAUTH_URL: 'https://bank.auth.au.idkit.com',
  IDVERSE_API_KEY: 'a-key-of-some-length',
  IDVERSE_ENVIRONMENT: 'production',
  IDVERSE_WEBHOOK_SECRET: 'a-secret-of-some-length',
};
const faults = (changes: Record<string, string>) =>
  idverseEnvironment.safeParse({ ...GOOD, ...changes }).error?.issues.map(({ path }) => path[0]);

describe('idverseEnvironment', () => {
  it('describes each of its variables', () => {
    for (const [name, variable] of Object.entries(idverseEnvironment.shape)) {
      expect(name).toMatch(/^IDVERSE_[A-Z_]+$/);
      expect(variable.description).toMatch(/^[A-Z]/);
    }
  });

  it('needs addresses, key and secret, and has the documented defaults for the rest', () => {
    expect(idverseEnvironment.parse(GOOD)).toMatchObject({
      IDVERSE_SCOPE: 'transactions/get',
      IDVERSE_FLOW_TYPE: 'NORMAL2',
      IDVERSE_LINK_HOSTS: ['idkit.com'],
      IDVERSE_WEBHOOK_HEADER: 'x-regain-key',
      IDVERSE_FAILED_STATUSES: [],
      IDVERSE_DATE_FORMAT: 'YYYY-MM-DD',
    });
    const { error } = idverseEnvironment.safeParse({});
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(GOOD));
  });

  it('reads lists, and a header’s name in any case', () => {
    const lists = {
      IDVERSE_WEBHOOK_SECRET: 'a-secret-of-some-length, another-secret-of-some-length',
      IDVERSE_LINK_HOSTS: 'idkit.com verify.bank.example',
      IDVERSE_FAILED_STATUSES: 'ABANDONED,ERROR',
      IDVERSE_WEBHOOK_HEADER: 'X-Bank-Key',
    };
    const settings = idverseEnvironment.parse({ ...GOOD, ...lists });
    expect(settings.IDVERSE_WEBHOOK_SECRET).toHaveLength(2);
    expect(settings).toMatchObject({
      IDVERSE_LINK_HOSTS: ['idkit.com', 'verify.bank.example'],
      IDVERSE_FAILED_STATUSES: ['ABANDONED', 'ERROR'],
      IDVERSE_WEBHOOK_HEADER: 'x-bank-key',
    });
  });

  it.each([
    ['IDVERSE_API_URL', 'ftp://bank.api.au.idkit.com'],
    ['IDVERSE_OAUTH_URL', 'https://bank.auth.au.idkit.com?x=1'],
    ['IDVERSE_API_KEY', 'short'],
    ['IDVERSE_ENVIRONMENT', 'test'],
    ['IDVERSE_SCOPE', 'a  b'],
    ['IDVERSE_SCOPE', ''],
    ['IDVERSE_FLOW_TYPE', 'normal2'],
    ['IDVERSE_TRANSACTION_NAME', ''],
    ['IDVERSE_LINK_HOSTS', ''],
    ['IDVERSE_LINK_HOSTS', '*'],
    ['IDVERSE_LINK_HOSTS', '.idkit.com'],
    ['IDVERSE_LINK_HOSTS', 'https://idkit.com'],
    ['IDVERSE_WEBHOOK_HEADER', 'x key'],
    ['IDVERSE_WEBHOOK_HEADER', 'Content-Type'],
    ['IDVERSE_WEBHOOK_SECRET', ''],
    ['IDVERSE_FAILED_STATUSES', 'abandoned'],
    ['IDVERSE_FAILED_STATUSES', 'ABANDONED,COMPLETE'],
    ['IDVERSE_DATE_FORMAT', 'YYYY/MM/DD'],
  ])('refuses %s=%j', (name, value) => {
    expect(faults({ [name]: value })).toEqual([name]);
  });
});
