import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, loadConfig } from '../platform/config/config.js';
import { embeddedEnvironment, type EmbeddedPaths, type Given } from './settings.js';

const paths: EmbeddedPaths = {
  dataDir: '/data',
  objectsDir: '/data/objects',
  keyRingFile: '/data/keyring.json',
  secretsFile: '/data/secrets.json',
  picturesDir: '/data/pictures',
};
const made = {
  paths,
  secrets: {
    adminToken: 'a'.repeat(43),
    apiKey: `rgk_${'a'.repeat(43)}`,
    sandboxApiKey: 'a'.repeat(43),
    sandboxWebhookSecret: 'whsec_a',
  },
  ports: { port: 3000, adminPort: 3001 },
  database: { appUrl: 'postgres://app', ownerUrl: 'postgres://owner', queueUrl: 'postgres://queue' },
  simulated: { providers: [], environment: {}, origins: [] },
};

function faultsOf(given: Given): string[] {
  try {
    loadConfig(embeddedEnvironment(given, made));
    return [];
  } catch (error) {
    return (error as ConfigurationError).faults;
  }
}

describe('the embedded profile', () => {
  it('needs nothing to be set', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ PORT: '', ADMIN_PORT: '0' })).toEqual([]);
  });

  it.each(['abc', '70000', '-1', '1.5'])(
    'says of the port %s once what is wrong, and of nothing that follows from it',
    (port) => {
      expect(faultsOf({ PORT: port, ADMIN_PORT: port, LOG_LEVEL: 'loud' })).toEqual([
        expect.stringMatching(/^PORT: is /),
        expect.stringMatching(/^ADMIN_PORT: is /),
        expect.stringMatching(/^LOG_LEVEL: /),
      ]);
    },
  );
});
