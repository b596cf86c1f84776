import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { generateWebhookSecret, parseWebhookSecret, parseWebhookSecrets, WebhookSecretError } from './secret.js';

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`;

describe('parseWebhookSecret', () => {
  it.each([24, 25, 32, 63, 64])('reads a secret of %i bytes', (bytes) => {
    expect(parseWebhookSecret(secretOf(bytes)).reveal().export()).toEqual(Buffer.alloc(bytes, 0xfb));
  });

  it.each([
    ['23 bytes', secretOf(23)],
    ['65 bytes', secretOf(65)],
    ['nothing', ''],
    ['the prefix alone', 'whsec_'],
    ['no prefix', Buffer.alloc(32).toString('base64')],
    ['a private-key prefix', `whsk_${Buffer.alloc(32).toString('base64')}`],
    ['an upper-case prefix', secretOf(32).replace('whsec_', 'WHSEC_')],
    ['base64url letters', `whsec_${Buffer.alloc(33, 0xfb).toString('base64url')}`],
    ['missing padding', secretOf(32).replace(/=+$/, '')],
    ['a line break inside', `${secretOf(33).slice(0, 20)}\n${secretOf(33).slice(20)}`],
    ['bits beyond the last byte', `whsec_${Buffer.alloc(31, 0xfb).toString('base64').slice(0, -2)}z=`],
    ['a space before it', ` ${secretOf(32)}`],
  ])('refuses %s and does not repeat it', (_name, text) => {
    const thrown = catchError(() => parseWebhookSecret(text));
    expect(thrown).toBeInstanceOf(WebhookSecretError);
    if (text.length > 6) expect(inspect(thrown)).not.toContain(text.slice(6));
  });

  it('does not show the key when it is printed', () => {
    const secret = parseWebhookSecret(secretOf(32));
    expect(inspect({ secret }) + JSON.stringify({ secret })).not.toMatch(/fb|251|\+/);
  });
});

describe('parseWebhookSecrets', () => {
  it.each([' ', ',', ', ', '\n', ' , '])('splits a list at %j', (separator) => {
    expect(parseWebhookSecrets(secretOf(24) + separator + secretOf(32))).toHaveLength(2);
  });

  it.each(['', '  ', ',', `${secretOf(32)},nonsense`])('refuses the list %j', (text) => {
    expect(() => parseWebhookSecrets(text)).toThrow(WebhookSecretError);
  });
});

describe('generateWebhookSecret', () => {
  it('gives a different usable secret each time', () => {
    const secrets = Array.from({ length: 50 }, () => generateWebhookSecret().reveal());
    expect(new Set(secrets).size).toBe(50);
    for (const text of secrets) expect(parseWebhookSecret(text).reveal().symmetricKeySize).toBe(32);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
