import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { providerSecretFindings } from './provider-secrets-check.js';

describe('secrets of partners at the start', () => {
  const fresh = (): string => randomBytes(24).toString('base64url');
  const environment = {
    PUBLIC_URL: 'https://recover.example.com',
    IDVERSE_API_URL: 'https://tenant.api.eu.idkit.com/v1',
    IDVERSE_OAUTH_URL: 'https://oauth.idkit.com',
    IDVERSE_ENVIRONMENT: 'production',
    IDVERSE_API_KEY: fresh(),
    IDVERSE_WEBHOOK_SECRET: fresh(),
    SANDBOX_BASE_URL: 'https://partner.example.com',
    SANDBOX_API_KEY: `sk_secret_${fresh()}`,
    SANDBOX_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  };
  const found = (change: Record<string, string>): string[] => {
    const given = { ...environment, ...change };
    const settings = ProviderRegistry.settings({ enabled: ['idverse', 'sandbox'], environment: given });
    return providerSecretFindings(settings, given).map(({ verdict, subject }) => `${verdict} ${subject}`);
  };
  const weak = (change: Record<string, string>): string[] => found(change).filter((text) => text.startsWith('fault'));

  it('may be any that nobody can guess, under any prefix', () => {
    expect(found({})).toEqual([
      'ok IDVERSE_API_KEY',
      'ok IDVERSE_WEBHOOK_SECRET',
      'ok SANDBOX_API_KEY',
      'ok SANDBOX_WEBHOOK_SECRET',
    ]);
  });

  it.each([
    ['IDVERSE_API_KEY', 'password-password'],
    ['IDVERSE_API_KEY', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['IDVERSE_WEBHOOK_SECRET', 'changeme-changeme-changeme-changeme'],
    ['SANDBOX_API_KEY', 'sk_live_changeme-changeme'],
    ['SANDBOX_WEBHOOK_SECRET', `whsec_${Buffer.alloc(32).toString('base64')}`],
  ])('%s may not be %s', (name, secret) => {
    expect(weak({ [name]: secret })).toEqual([`fault ${name}`]);
  });

  it('asks more of what makes a push believed than of a key that a partner gave out', () => {
    const short = 'k8Zq3Wv9Lm2Xr7Tb';
    expect(weak({ IDVERSE_API_KEY: short })).toEqual([]);
    expect(weak({ IDVERSE_WEBHOOK_SECRET: short })).toEqual(['fault IDVERSE_WEBHOOK_SECRET']);
  });

  it('looks at each of a list, also while one is being replaced', () => {
    expect(weak({ IDVERSE_WEBHOOK_SECRET: `${fresh()} geheimgeheimgeheim` })).toHaveLength(1);
  });

  it('looks at a provider also where another cannot be read', () => {
    expect(weak({ IDVERSE_API_KEY: 'password-password', SANDBOX_BASE_URL: 'nowhere' })).toEqual([
      'fault IDVERSE_API_KEY',
    ]);
  });

  it('shows none', () => {
    const given = { ...environment, IDVERSE_API_KEY: 'changeme-hunter2-hunter2' };
    const settings = ProviderRegistry.settings({ enabled: ['idverse'], environment: given });
    expect(JSON.stringify(providerSecretFindings(settings, given))).not.toContain('hunter2');
  });
});
