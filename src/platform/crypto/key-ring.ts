import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SystemClock, type Clock } from '../clock/clock.js';

/** One use, one derived key: nothing signed for one purpose verifies for another (ASVS 11.2.1). */
export type KeyPurpose =
  | 'envelope'
  | 'token'
  | 'lookup'
  | 'picture'
  | 'birth-date'
  | 'document-number'
  | 'recovery-code'
  | 'csrf'
  | 'secret-row'
  | 'kept-row'
  | 'audit-row'
  | 'audit-signature'
  | 'receipt-signature';

/**
 * Purposes of values that a client brings back to be let in or believed. All of them die with the end of their key
 * (T117).
 */
const HANDED_OUT: ReadonlySet<KeyPurpose> = new Set(['token', 'recovery-code', 'csrf', 'secret-row']);

export const SIGNING_PURPOSES = ['audit-signature', 'receipt-signature'] as const;
export type SigningPurpose = (typeof SIGNING_PURPOSES)[number];

const KeyId = z.string().regex(/^[a-z0-9-]{1,32}$/);
/** 32 bytes, base64. */
const Bytes32 = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, '32 bytes in base64 are needed');

const Secret = z.strictObject({
  id: KeyId,
  /** Random. */
  secret: Bytes32,
  /** A retired key still reads what it wrote until it is removed from the file. */
  retired: z.boolean().default(false),
  /**
   * When what was handed out under it ends ({@link HANDED_OUT}): links, cookies, tokens, API keys, codes, forms. What it sealed,
   * indexed or signed is read until the key is taken away. Never of the active key.
   */
  acceptedUntil: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});
/** What is left of a key whose secret was taken away: with it, what the key signed still verifies. Raw Ed25519 public keys. */
const Remains = z.strictObject({
  id: KeyId,
  verifies: z.strictObject({ 'audit-signature': Bytes32, 'receipt-signature': Bytes32 }),
});
const KeyRingFile = z.strictObject({ keys: z.array(z.union([Secret, Remains])).min(1) });
export type KeyRingContent = z.input<typeof KeyRingFile>;

interface Key {
  id: string;
  secret: Buffer;
  acceptedUntil?: Date;
}

/** An old key, which is in the ring with its secret. */
export interface OldKey {
  id: string;
  acceptedUntil?: Date;
  /** Its end has passed, and it is still there. */
  overdue: boolean;
}

const MAC_BYTES = 32;

/** Which key made a digest, as the digest itself says ({@link KeyRing.digest}). */
export function digestKeyId(digest: Uint8Array): string {
  return Buffer.from(digest.subarray(0, Math.max(0, digest.length - MAC_BYTES - 1))).toString('latin1');
}

/** DER prefix of an Ed25519 private key in PKCS #8 (RFC 8410, section 7); the 32-byte seed follows. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** The same of a public one (RFC 8410, section 4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The deployment's master secrets, newest last, and all that is derived from them: a key for each purpose, keyed hashes, and
 * pairs for signatures.
 *
 * - Writing uses the active key, the last that is not retired. Reading tries every key in the file, so that a key can be added,
 *   used and later removed without an instant in which something is refused (T117, F38).
 * - What was made for one purpose is valid for no other: each purpose has a derived key of its own.
 * - What was handed out under a key that has an end (`acceptedUntil`) is refused from then on. What that key sealed, indexed or
 *   signed is read until its secret is taken away, and its signatures verify even after that.
 *
 * The file is read and checked once, when the ring is made. A key that the ring does not have is an Error: the deployment's
 * fault, and no caller's.
 */
export class KeyRing {
  readonly #keys: Key[];
  readonly #remains: z.infer<typeof Remains>[];
  readonly #derived = new Map<string, KeyObject>();
  readonly activeId: string;

  /** @throws Error, and ZodError, for what is no key ring */
  constructor(
    file: unknown,
    private readonly clock: Clock = new SystemClock(),
  ) {
    const parsed = KeyRingFile.parse(file);
    const secrets = parsed.keys.filter((key) => 'secret' in key);
    this.#keys = secrets.map(({ id, secret, acceptedUntil }) => ({
      id,
      secret: Buffer.from(secret, 'base64'),
      acceptedUntil,
    }));
    this.#remains = parsed.keys.filter((key) => 'verifies' in key);
    const active = secrets.filter((key) => !key.retired).at(-1);
    if (!active) throw new Error('the key ring has no key that is not retired');
    if (active.acceptedUntil) throw new Error(`the key ring gives its active key ${active.id} an end`);
    if (new Set(parsed.keys.map((key) => key.id)).size !== parsed.keys.length)
      throw new Error('the key ring names a key twice');
    this.activeId = active.id;
  }

  static fromFile(path: string): KeyRing {
    return new KeyRing(JSON.parse(readFileSync(path, 'utf8')));
  }

  /** The content of a new key ring file with one key. */
  static generate(id = 'k1'): { keys: { id: string; secret: string }[] } {
    return { keys: [{ id, secret: randomBytes(32).toString('base64') }] };
  }

  /**
   * A 256-bit key for one purpose, derived with HKDF-SHA-256 (RFC 5869). A key object, because Node 24 takes five times as
   * long for an HMAC under bytes. @throws Error for a key that the ring does not have
   */
  key(purpose: KeyPurpose, id: string = this.activeId): KeyObject {
    const name = `${id}/${purpose}`;
    const known = this.#derived.get(name);
    if (known) return known;
    const master = this.#keys.find((key) => key.id === id);
    if (!master) throw new Error(`the key ring has no key ${id}`);
    const bytes = hkdfSync('sha256', master.secret, Buffer.alloc(0), `regain/${purpose}`, 32);
    const derived = createSecretKey(Buffer.from(bytes));
    this.#derived.set(name, derived);
    return derived;
  }

  /** Keyed hash for storing or finding a secret or an identifier: HMAC-SHA-256, prefixed by the key's id. */
  digest(purpose: KeyPurpose, text: string, id: string = this.activeId): Buffer {
    const mac = createHmac('sha256', this.key(purpose, id)).update(text, 'utf8').digest();
    return Buffer.concat([Buffer.from(`${id}.`, 'ascii'), mac]);
  }

  /** Ids of every key of the ring, active first. */
  get ids(): string[] {
    const others = this.#keys.map((key) => key.id).filter((id) => id !== this.activeId);
    return [this.activeId, ...others];
  }

  /** Ids of the keys under which something of this purpose is accepted now, active first. */
  acceptedIds(purpose: KeyPurpose): string[] {
    if (!HANDED_OUT.has(purpose)) return this.ids;
    return this.ids.filter((id) => !this.#keys.some((key) => key.id === id && this.hasEnded(key)));
  }

  /** Ids of the keys without an end: what was handed out under any other one has to be made anew. */
  get lastingIds(): string[] {
    return this.ids.filter((id) => !this.#keys.some((key) => key.id === id && key.acceptedUntil !== undefined));
  }

  private hasEnded({ acceptedUntil }: Pick<Key, 'acceptedUntil'>): boolean {
    return acceptedUntil !== undefined && acceptedUntil <= this.clock.now();
  }

  /** Those before the active one in the file: what comes after it is only made known. */
  get oldKeys(): OldKey[] {
    const active = this.#keys.findIndex(({ id }) => id === this.activeId);
    return this.#keys
      .filter(({ acceptedUntil }, index) => index < active || acceptedUntil !== undefined)
      .map((key) => ({ id: key.id, acceptedUntil: key.acceptedUntil, overdue: this.hasEnded(key) }));
  }

  /** The digests under every key that is accepted, active first: what a lookup compares with. */
  digests(purpose: KeyPurpose, text: string): Buffer[] {
    return this.acceptedIds(purpose).map((id) => this.digest(purpose, text, id));
  }

  /** Constant-time comparison of a secret with a stored digest, under whichever key wrote it. */
  matches(purpose: KeyPurpose, text: string, stored: Buffer): boolean {
    return this.digests(purpose, text).some(
      (digest) => digest.length === stored.length && timingSafeEqual(digest, stored),
    );
  }

  /** Ed25519 pair for signatures that outsiders can check. */
  signingKey(
    purpose: SigningPurpose,
    id: string = this.activeId,
  ): { id: string; privateKey: KeyObject; publicKey: KeyObject } {
    const privateKey = createPrivateKey({
      key: Buffer.concat([ED25519_PKCS8_PREFIX, this.key(purpose, id).export()]),
      format: 'der',
      type: 'pkcs8',
    });
    return { id, privateKey, publicKey: createPublicKey(privateKey) };
  }

  /** Ids of every key whose signatures verify: those of the ring, active first, and those whose secret was taken away. */
  get verifyingIds(): string[] {
    return [...this.ids, ...this.#remains.map(({ id }) => id)];
  }

  /** The public half, also of a key whose secret was taken away. @throws Error for a key that the ring does not have */
  verificationKey(purpose: SigningPurpose, id: string): KeyObject {
    const remains = this.#remains.find((key) => key.id === id);
    if (!remains) return this.signingKey(purpose, id).publicKey;
    const raw = Buffer.from(remains.verifies[purpose], 'base64');
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  }
}

/**
 * The content of a ring file without the secret of one key, of which the public halves stay. @throws Error for a key that
 * the ring does not have, or that is the active one
 */
export function withoutSecret(file: unknown, id: string): KeyRingContent {
  const ring = new KeyRing(file);
  if (!ring.ids.includes(id)) throw new Error(`the key ring has no secret of a key ${id}`);
  if (ring.activeId === id) throw new Error(`${id} is the active key: make another one active first`);
  const raw = (purpose: SigningPurpose): string =>
    ring
      .verificationKey(purpose, id)
      .export({ format: 'der', type: 'spki' })
      .subarray(ED25519_SPKI_PREFIX.length)
      .toString('base64');
  const verifies = { 'audit-signature': raw('audit-signature'), 'receipt-signature': raw('receipt-signature') };
  const { keys } = KeyRingFile.parse(file);
  return {
    keys: keys.map((key) => {
      if (key.id === id) return { id, verifies };
      return 'secret' in key ? { ...key, acceptedUntil: key.acceptedUntil?.toISOString() } : key;
    }),
  };
}
