import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SoftwareAuthenticator, type RegistrationFaults } from '../../test/support/software-authenticator.js';
import { newSecret } from '../platform/ids/ids.js';
import { CeremonyRefusedError, readChallenge } from './client-data.js';
import { decodeCredentialId, verifyRegistration } from './registration-ceremony.js';
import { RelyingParty } from './relying-party.js';
import { RegistrationCredential } from './webauthn.schemas.js';

const ORIGIN = 'https://recover.example.org';
const relyingParty = new RelyingParty({
  RP_ID: 'example.org',
  ORGANISATION_NAME: 'Example',
  rpOrigins: [ORIGIN, 'https://alt.example.org:8443'],
});
const user = { id: Buffer.alloc(32, 7).toString('base64url') };

function ceremony(faults: RegistrationFaults = {}) {
  const challenge = newSecret();
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN });
  return { challenge, credential: authenticator.create({ challenge, rp: { id: 'example.org' }, user }, faults) };
}

/** The whole path a body takes: shape, client data, library and our own checks. */
async function outcome(credential: unknown, challenge: string) {
  const parsed = RegistrationCredential.parse(credential);
  const answered = readChallenge(parsed.response.clientDataJSON);
  if (answered !== challenge) throw new CeremonyRefusedError('challenge');
  return verifyRegistration(parsed, { challenge, relyingParty });
}

async function refusal(faults: RegistrationFaults): Promise<unknown> {
  const { challenge, credential } = ceremony(faults);
  return outcome(credential, challenge).then(
    () => 'accepted',
    (error: unknown) => (error instanceof CeremonyRefusedError ? error.rule : error),
  );
}

const rsaKey = (modulusLength: number): RegistrationFaults['publicKey'] => {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
  return [
    [1, 3],
    [3, -257],
    [-1, Buffer.from(n, 'base64url')],
    [-2, Buffer.from(e, 'base64url')],
  ];
};

const ed25519Key = (): RegistrationFaults['publicKey'] => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return [
    [1, 1],
    [3, -8],
    [-1, 6],
    [-2, Buffer.from(x, 'base64url')],
  ];
};

const ecKey = (namedCurve: string, crv: number, alg: number): RegistrationFaults['publicKey'] => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
  return [
    [1, 2],
    [3, alg],
    [-1, crv],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ];
};

/** Coordinates that only together have their length. */
const shiftedKey = (): RegistrationFaults['publicKey'] => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const both = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, both.subarray(0, 31)],
    [-3, both.subarray(31)],
  ];
};

describe('an honest registration', () => {
  it('is accepted with its id, key, counter and flags', async () => {
    const { challenge, credential } = ceremony({
      backupEligible: true,
      backedUp: true,
      signCount: 5,
      transports: ['internal', 'internal', 'smart-card', 'Not a word!'],
    });
    const passkey = await outcome(credential, challenge);
    expect(passkey.credentialId.toString('base64url')).toBe(credential.id);
    expect(passkey).toMatchObject({
      deviceType: 'multiDevice',
      backedUp: true,
      signCount: 5,
      transports: ['internal', 'smart-card'],
    });
  });

  it.each<[string, RegistrationFaults]>([
    ['from the second configured origin', { origin: 'https://alt.example.org:8443' }],
    ['with the longest credential id', { credentialIdBytes: 1_023 }],
    ['with Ed25519', { publicKey: ed25519Key() }],
    ['with RSA of 2048 bits', { publicKey: rsaKey(2_048) }],
    ['by a synced passkey that is not backed up yet', { backupEligible: true }],
  ])('is accepted %s', async (_name, faults) => {
    expect(await refusal(faults)).toBe('accepted');
  });
});

describe('a registration is refused', () => {
  it.each<[string, RegistrationFaults, string]>([
    ['in another site’s frame (T97)', { crossOrigin: true }, 'cross_origin'],
    ['with a top origin (T97)', { crossOrigin: true, topOrigin: 'https://evil.example' }, 'cross_origin'],
    ['with a top origin alone (T97)', { topOrigin: ORIGIN }, 'top_origin'],
    ['with another challenge (T99)', { challenge: newSecret() }, 'challenge'],
    ['of the other ceremony (T99)', { type: 'webauthn.get' }, 'registration'],
    ['from another site (T98)', { origin: 'https://evil.example' }, 'registration'],
    ['from a sub-domain (T98)', { origin: 'https://x.recover.example.org' }, 'registration'],
    ['over http (T98)', { origin: 'http://recover.example.org' }, 'registration'],
    ['from another port (T98)', { origin: 'https://recover.example.org:444' }, 'registration'],
    ['from an app (T98)', { origin: 'android:apk-key-hash:abc' }, 'registration'],
    ['for another RP ID (T98)', { rpId: 'recover.example.org' }, 'registration'],
    ['without user presence', { userPresent: false }, 'registration'],
    ['without user verification (T102)', { userVerified: false }, 'registration'],
    ['backed up but not eligible for it (T108)', { backedUp: true }, 'registration'],
    ['with an algorithm that was not offered: ES384 (T103)', { publicKey: ecKey('P-384', 2, -35) }, 'registration'],
    [
      'with ML-DSA, which the runtime may not know (T103)',
      {
        publicKey: [
          [1, 7],
          [3, -48],
          [-1, Buffer.alloc(1_312, 1)],
        ],
      },
      'registration',
    ],
    ['with an algorithm nobody knows (T103)', { algorithm: -65_535 }, 'registration'],
    ['with ES256 on another curve', { publicKey: ecKey('P-384', 2, -7) }, 'registration'],
    [
      'with a key that is no point of the curve',
      {
        publicKey: [
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.alloc(32, 1)],
          [-3, Buffer.alloc(32, 1)],
        ],
      },
      'registration',
    ],
    ['with a coordinate of another length (T103)', { publicKey: shiftedKey() }, 'registration'],
    [
      'with a text where a coordinate belongs',
      {
        publicKey: [
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, 'x'],
          [-3, 'y'],
        ],
      },
      'registration',
    ],
    ['with a short modulus', { publicKey: rsaKey(1_024) }, 'registration'],
    ['with bytes after the attestation object (T104)', { trailing: Buffer.from([0]) }, 'attestation_object_bytes'],
    ['with an attestation format nobody knows', { fmt: 'made-up' }, 'registration'],
    ['with a credential id of 1024 bytes (T101)', { credentialIdBytes: 1_024 }, 'credential_id_length'],
    [
      'with an id that is not the attested one',
      { reportedId: Buffer.alloc(32, 9).toString('base64url') },
      'credential_id_mismatch',
    ],
  ])('%s', async (_name, faults, rule) => {
    expect(await refusal(faults)).toBe(rule);
  });

  it('when its client data is not JSON, not an object, or not UTF-8', () => {
    for (const text of [
      Buffer.from('{'),
      Buffer.from('[]'),
      Buffer.from('null'),
      Buffer.from('{"challenge":1}'),
      Buffer.from([0xff, 0xfe]),
      Buffer.alloc(0),
    ]) {
      expect(() => readChallenge(text.toString('base64url'))).toThrow(CeremonyRefusedError);
    }
  });
});

describe('credential ids', () => {
  it('have one spelling (T27)', () => {
    const id = Buffer.alloc(32, 3).toString('base64url');
    expect(decodeCredentialId(id)).toEqual(Buffer.alloc(32, 3));
    for (const other of [`${id}=`, `${id} `, id.slice(0, -1) + 'N', 'a', ''])
      expect(() => decodeCredentialId(other)).toThrow(CeremonyRefusedError);
  });
});

describe('wild input', () => {
  it('never ends in anything but an answer or a refusal, whatever byte of an attestation object changes (T104)', async () => {
    const { challenge, credential } = ceremony();
    const honest = Buffer.from(credential.response.attestationObject, 'base64url');
    const edits = fc.array(fc.record({ at: fc.nat(honest.length - 1), to: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, fc.nat(honest.length), async (changes, cut) => {
        const bytes = Buffer.from(honest);
        for (const { at, to } of changes) bytes[at] = to;
        const attestationObject = bytes.subarray(0, cut === 0 ? honest.length : cut).toString('base64url');
        const parsed = RegistrationCredential.parse({
          ...credential,
          response: { ...credential.response, attestationObject },
        });
        await verifyRegistration(parsed, { challenge, relyingParty }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CeremonyRefusedError);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('refuses deep nesting and impossible lengths', async () => {
    const { challenge, credential } = ceremony();
    const wild = [
      Buffer.alloc(60_000, 0x81),
      Buffer.from('bbffffffffffffffff', 'hex'),
      Buffer.from('5bffffffffffffffff', 'hex'),
      Buffer.from('9b00000000ffffffff', 'hex'),
      Buffer.from('a0', 'hex'),
    ];
    for (const bytes of wild) {
      const parsed = RegistrationCredential.parse({
        ...credential,
        response: { ...credential.response, attestationObject: bytes.toString('base64url') },
      });
      await expect(verifyRegistration(parsed, { challenge, relyingParty })).rejects.toBeInstanceOf(
        CeremonyRefusedError,
      );
    }
  });
});
