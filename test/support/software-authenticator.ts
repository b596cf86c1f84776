import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { cborMap, type CborEntry } from './cbor.js';

/** Flags of authenticator data (WebAuthn level 3, 6.1). */
const FLAG = {
  userPresent: 0x01,
  userVerified: 0x04,
  backupEligible: 0x08,
  backedUp: 0x10,
  attestedData: 0x40,
  extensionData: 0x80,
} as const;

/** Everything a dishonest or broken client can change. Nothing here is needed for an honest ceremony. */
export interface ClientFaults {
  type?: string;
  challenge?: string;
  origin?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  backupEligible?: boolean;
  backedUp?: boolean;
  signCount?: number;
}

export interface RegistrationFaults extends ClientFaults {
  /** Length of the credential id; default 32. */
  credentialIdBytes?: number;
  /** A given credential id instead of a random one. */
  credentialId?: Buffer;
  /** COSE algorithm written into the key; default -7. */
  algorithm?: number;
  /** Replaces members of the COSE key. */
  publicKey?: CborEntry[];
  fmt?: string;
  /** An attestation statement, which an honest browser leaves out. */
  statement?: (made: MadeCredential) => CborEntry[];
  /** Bytes after the attestation object. */
  trailing?: Buffer;
  /** The id of the JSON differs from the attested one. */
  reportedId?: string;
  transports?: string[];
}

/** What an attestation statement is made of. */
export interface MadeCredential {
  publicKey: KeyObject;
  privateKey: KeyObject;
  authData: Buffer;
  clientDataHash: Buffer;
}

export interface AssertionFaults extends ClientFaults {
  userHandle?: string | null;
  /** Changes the signature's bytes. */
  signature?: (signature: Buffer) => Buffer;
}

export interface CreatedPasskey {
  id: string;
  rawId: string;
  type: 'public-key';
  clientExtensionResults: Record<string, unknown>;
  authenticatorAttachment: 'platform';
  response: { clientDataJSON: string; attestationObject: string; transports: string[] };
}

export interface Assertion {
  id: string;
  rawId: string;
  type: 'public-key';
  clientExtensionResults: Record<string, unknown>;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
}

interface StoredKey {
  credentialId: Buffer;
  privateKey: KeyObject;
  userHandle: string;
}

/**
 * A browser and its authenticator in one: answers creation and request options with real ES256 keys and attestation
 * `none`. It keeps the keys it made, so that a test can sign in with a passkey it registered.
 */
export class SoftwareAuthenticator {
  readonly #keys = new Map<string, StoredKey>();
  #signCount = 0;

  /** `counts: false` behaves like a synced passkey, whose counter stays 0. */
  constructor(private readonly place: { origin: string; counts?: boolean }) {}

  /** Answers creation options. */
  create(
    options: { challenge: string; rp: { id?: string }; user: { id: string } },
    faults: RegistrationFaults = {},
  ): CreatedPasskey {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credentialId = faults.credentialId ?? randomBytes(faults.credentialIdBytes ?? 32);
    const id = credentialId.toString('base64url');
    this.#keys.set(id, { credentialId, privateKey, userHandle: options.user.id });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(credentialId.length);
    const attested = Buffer.concat([
      Buffer.alloc(16),
      length,
      credentialId,
      cborMap(faults.publicKey ?? coseKey(publicKey, faults.algorithm ?? -7)),
    ]);
    const authData = Buffer.concat([
      this.authenticatorData(faults.rpId ?? options.rp.id ?? 'localhost', { flags: FLAG.attestedData, faults }),
      attested,
    ]);
    const clientData = this.clientData('webauthn.create', { challenge: options.challenge, faults });
    const made = { publicKey, privateKey, authData, clientDataHash: sha256(clientData) };
    const attestation = cborMap([
      ['fmt', faults.fmt ?? 'none'],
      ['attStmt', faults.statement?.(made) ?? []],
      ['authData', authData],
    ]);
    return {
      id: faults.reportedId ?? id,
      rawId: faults.reportedId ?? id,
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: Buffer.concat([attestation, faults.trailing ?? Buffer.alloc(0)]).toString('base64url'),
        transports: faults.transports ?? ['internal', 'hybrid'],
      },
    };
  }

  /** Answers request options with one of the passkeys made here; by default the newest. */
  get(options: { challenge: string; rpId?: string }, faults: AssertionFaults & { id?: string } = {}): Assertion {
    const key = faults.id === undefined ? [...this.#keys.values()].at(-1) : this.#keys.get(faults.id);
    if (!key) throw new Error('this authenticator has no such passkey');
    if (this.place.counts !== false) this.#signCount += 1;
    const authenticatorData = this.authenticatorData(faults.rpId ?? options.rpId ?? 'localhost', { flags: 0, faults });
    const clientData = this.clientData('webauthn.get', { challenge: options.challenge, faults });
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), key.privateKey);
    const userHandle = faults.userHandle === undefined ? key.userHandle : faults.userHandle;
    const id = key.credentialId.toString('base64url');
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: (faults.signature?.(signature) ?? signature).toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    };
  }

  private clientData(type: string, { challenge, faults }: { challenge: string; faults: ClientFaults }): Buffer {
    const { crossOrigin = false, topOrigin } = faults;
    const data = {
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? this.place.origin,
      crossOrigin,
    };
    return Buffer.from(JSON.stringify(topOrigin === undefined ? data : { ...data, topOrigin }));
  }

  private authenticatorData(rpId: string, { flags, faults }: { flags: number; faults: ClientFaults }): Buffer {
    const { userPresent = true, userVerified = true, backupEligible = false, backedUp = false } = faults;
    const all =
      flags |
      (userPresent ? FLAG.userPresent : 0) |
      (userVerified ? FLAG.userVerified : 0) |
      (backupEligible ? FLAG.backupEligible : 0) |
      (backedUp ? FLAG.backedUp : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(all, 0);
    head.writeUInt32BE(faults.signCount ?? this.#signCount, 1);
    return Buffer.concat([sha256(Buffer.from(rpId)), head]);
  }
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** COSE_Key of a P-256 key (RFC 9053, 7.1.1). */
function coseKey(key: KeyObject, algorithm: number): CborEntry[] {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return [
    [1, 2],
    [3, algorithm],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ];
}
