import { describe, expect, it } from '@jest/globals';
import { generateWebhookSecret } from '../kit/standard-webhooks/index.js';
import { sandboxEnvironment } from './config.js';

const secrets = [generateWebhookSecret().reveal(), generateWebhookSecret().reveal()];
const GOOD = {
  SANDBOX_BASE_URL: 'http://localhost:4010/',
  SANDBOX_API_KEY: 'a-key-of-some-length',
  SANDBOX_WEBHOOK_SECRET: secrets[0],
};

describe('sandboxEnvironment', () => {
  it('describes each of its variables', () => {
    expect(Object.keys(sandboxEnvironment.shape)).toEqual(Object.keys(GOOD));
    for (const variable of Object.values(sandboxEnvironment.shape)) expect(variable.description).toMatch(/^[A-Z]/);
  });

  it.each([' ', ',', ', '])('reads two webhook secrets separated by %j', (separator) => {
    const parsed = sandboxEnvironment.parse({ ...GOOD, SANDBOX_WEBHOOK_SECRET: secrets.join(separator) });
    expect(parsed.SANDBOX_WEBHOOK_SECRET).toHaveLength(2);
  });

  it('names every fault at once', () => {
    const { error } = sandboxEnvironment.safeParse({ SANDBOX_API_KEY: 'short', SANDBOX_WEBHOOK_SECRET: 'whsec_x' });
    expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(GOOD));
  });

  it.each([
    ['SANDBOX_BASE_URL', 'ftp://partner.example'],
    ['SANDBOX_BASE_URL', 'javascript:alert(1)'],
    ['SANDBOX_BASE_URL', 'https://user:word@partner.example'],
    ['SANDBOX_BASE_URL', 'https://partner.example/?key=1'],
    ['SANDBOX_BASE_URL', 'https://partner.example/#x'],
    ['SANDBOX_BASE_URL', 'partner.example'],
    ['SANDBOX_API_KEY', 'fifteen-letters'],
    ['SANDBOX_API_KEY', 'sixteen letters\r\n'],
    ['SANDBOX_WEBHOOK_SECRET', ''],
    ['SANDBOX_WEBHOOK_SECRET', 'whsec_dG9vIHNob3J0'],
  ])('refuses %s=%j', (name, value) => {
    const { success, error } = sandboxEnvironment.safeParse({ ...GOOD, [name]: value });
    expect(success).toBe(false);
    expect(error?.issues.map(({ path }) => path[0])).toContain(name);
  });
});
