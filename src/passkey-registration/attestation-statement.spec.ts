import { sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SettingsService } from '@simplewebauthn/server';
import { makeAttestationChain } from '../../test/support/attestation-chain.js';
import { SoftwareAuthenticator, type RegistrationFaults } from '../../test/support/software-authenticator.js';
import { newSecret } from '../platform/ids/ids.js';
import { verifyRegistration } from './registration-ceremony.js';
import { RelyingParty } from './relying-party.js';
import { RegistrationCredential } from './webauthn.schemas.js';

const ORIGIN = 'https://recover.example.org';
const relyingParty = new RelyingParty({ RP_ID: 'example.org', ORGANISATION_NAME: 'Example', rpOrigins: [ORIGIN] });
const user = { id: Buffer.alloc(32, 7).toString('base64url') };
const CERTIFIED = ['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple', 'compound'] as const;
const WITH_ROOTS = ['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple'] as const;

async function outcome(faults: RegistrationFaults): Promise<string> {
  const challenge = newSecret();
  const made = new SoftwareAuthenticator({ origin: ORIGIN }).create(
    { challenge, rp: { id: 'example.org' }, user },
    faults,
  );
  const credential = RegistrationCredential.parse(made);
  return verifyRegistration(credential, { challenge, relyingParty }).then(
    ({ credentialId }) => (credentialId.toString('base64url') === made.id ? 'accepted' : 'another credential'),
    () => 'refused',
  );
}

describe('an attestation statement that nobody asked for', () => {
  const chain = makeAttestationChain('http://169.254.169.254/latest/meta-data/');
  const known = WITH_ROOTS.map(
    (identifier) => [identifier, SettingsService.getRootCertificates({ identifier })] as const,
  );
  const realFetch = globalThis.fetch;
  const fetched = jest.fn<typeof fetch>();

  beforeEach(() => {
    fetched.mockReset().mockRejectedValue(new Error('nothing is reached from here'));
    globalThis.fetch = fetched;
    // Worse than it is: the chain's own root is one that the library trusts, as an attacker's would be who buys a certificate.
    for (const identifier of WITH_ROOTS)
      SettingsService.setRootCertificates({ identifier, certificates: [chain.rootPem] });
  });
  afterEach(() => {
    globalThis.fetch = realFetch;
    for (const [identifier, certificates] of known) SettingsService.setRootCertificates({ identifier, certificates });
  });

  it.each(CERTIFIED)('with certificates, as %s, is left unread: nothing is fetched for it (T109)', async (fmt) => {
    const result = await outcome({ fmt, statement: chain.statement(fmt) });
    expect({ result, fetches: fetched.mock.calls.length }).toEqual({ result: 'accepted', fetches: 0 });
  });

  it.each(CERTIFIED)('as %s that makes no sense is left unread as well', async (fmt) => {
    expect(await outcome({ fmt, statement: () => [['x5c', 'text']] })).toBe('accepted');
    expect(fetched).not.toHaveBeenCalled();
  });

  it('is refused under a name that is not registered, and under "none"', async () => {
    expect(await outcome({ fmt: 'made-up', statement: chain.statement('packed') })).toBe('refused');
    expect(await outcome({ fmt: 'none', statement: chain.statement('packed') })).toBe('refused');
    expect(fetched).not.toHaveBeenCalled();
  });

  it('made with the new key itself has to be right (WebAuthn level 3, 8.2)', async () => {
    const self =
      (change: (signature: Buffer) => Buffer): RegistrationFaults['statement'] =>
      ({ privateKey, authData, clientDataHash }) => [
        ['alg', -7],
        ['sig', change(sign('sha256', Buffer.concat([authData, clientDataHash]), privateKey))],
      ];
    expect(await outcome({ fmt: 'packed', statement: self((signature) => signature) })).toBe('accepted');
    const altered = self((signature) => Buffer.from(signature).fill(1, 10, 20));
    expect(await outcome({ fmt: 'packed', statement: altered })).toBe('refused');
  });
});
