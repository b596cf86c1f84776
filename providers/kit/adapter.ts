import type { ZodType } from 'zod';
import type { EvidenceKind, ProviderCapabilities } from './capabilities.js';
import type { CheckReason } from './checks.js';
import type { PictureFingerprints } from './picture-fingerprints.js';
import type { EvidencePort, ProviderPorts } from './ports.js';
import type { IdentityAttributes, ProviderReport } from './report.js';
import type { Sensitive } from './sensitive.js';

/** What the person should do next. */
export type Handoff = { kind: 'capture' } | RedirectHandoff | { kind: 'qr_deeplink'; url: string };

export interface RedirectHandoff {
  kind: 'redirect';
  url: string;
  /**
   * For an address that ends before its session: how long it can be opened. It can be opened once. The host asks for
   * another one (`renewHandoff`) after that time, or if the address was already used.
   */
  expiresAt?: Date;
}

/** Everything an adapter may know when it opens a session. All of it was stored before the call (rule 4). */
export interface CreateSessionContext {
  /** Opaque reference for the partner's records: the verification session's own id, never a login or a case id. */
  reference: string;
  attempt: number;
  /** 256 bits, base64url. Sent to the partner where its protocol can carry it back. */
  nonce: string;
  returnUrl: string;
  webhookUrl: string;
  /** BCP 47. */
  language: string;
  /** Present only when `capabilities.expectedIdentityMatching`. */
  expectedIdentity?: Sensitive<IdentityAttributes>;
  chosenDocument?: ChosenDocument;
}

/** What the person said they would show. */
export interface ChosenDocument {
  /** ISO 3166-1 alpha-3. */
  issuingCountry: string;
  documentType: string;
}

export interface CreatedSession {
  /** The partner's id of the session. */
  externalId: string;
  handoff: Handoff;
  /** End of the session itself. */
  expiresAt?: Date;
  /** What later calls need and nobody else may see; stored encrypted under the case's key. */
  secretState?: Sensitive<string>;
}

/** A session that exists. `evidence` is there for providers whose `handoff` is `capture`. */
export interface SessionContext {
  reference: string;
  externalId: string;
  attempt: number;
  nonce: string;
  /** The address the session was created with. */
  returnUrl: string;
  secretState?: Sensitive<string>;
  evidence?: EvidencePort;
  expectedIdentity?: Sensitive<IdentityAttributes>;
  chosenDocument?: ChosenDocument;
  /**
   * What authenticated pushes and the browser's return carried (`payload`), oldest first. Only for partners that cannot
   * be asked (`callback_only`, `oidc_code`); they make their report of it.
   */
  deliveries?: readonly Sensitive<string>[];
}

/** A session that exists, with everything it was created with. */
export type RenewalContext = CreateSessionContext & Pick<SessionContext, 'externalId' | 'secretState'>;

export interface RawPush {
  /** Bytes exactly as received; signatures are checked on these before anything is parsed. */
  body: Uint8Array;
  /** Lower-case names. A header sent twice is joined by ", ". */
  headers: Readonly<Record<string, string>>;
}

/** A push whose origin is proven. It is a nudge: it says which session to ask about. */
export interface AuthenticatedPush {
  externalId: string;
  /** Unique per provider for ever; a second delivery with the same key has no effect. */
  deliveryId: string;
  /**
   * The protocol gives its deliveries no id, so this one is made of what was said: said again later, it is news again. Not
   * for pushes with `content`, which say all there is to hear.
   */
  idIsOfContent?: true;
  /**
   * What it said, and to which reference of ours; for `callback_only` alone. The host seals it and hands it to
   * `fetchResult`; the first of one delivery id stands.
   */
  content?: { reference: string; payload: Sensitive<string> };
}

/** A browser's return. It proves nothing about the person; it only makes us look. */
export interface BrowserReturn {
  signal: 'came_back' | 'gave_up';
  /** For `oidc_code` alone: what the code was exchanged for. The host seals it and hands it to `fetchResult`. */
  payload?: Sensitive<string>;
}

export interface ProviderHealth {
  ok: boolean;
  /** For operators; no personal data, no secrets. */
  detail?: string;
}

/**
 * One verification partner. Every method either answers in the documented shape or throws `ProviderError`; an adapter
 * never decides, never retries, never logs a partner body and keeps nothing about a session between calls. It may cache
 * what belongs to no session, for a stated time: an access token, a partner's keys or addresses.
 */
export interface ProviderAdapter {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  createSession(context: CreateSessionContext): Promise<CreatedSession>;
  /** The session a lost create call made, by our reference; undefined when there is none. */
  findSession?(context: CreateSessionContext): Promise<CreatedSession | undefined>;
  /**
   * Another address into the same session, for hand-offs with an `expiresAt`: same id, state, nonce and proofs, so that
   * a person who uses it is reported as before. The host asks at every click, so a renewal must create nothing that is
   * billed or must be ended. Earlier addresses may go on working.
   */
  renewHandoff?(context: RenewalContext): Promise<RedirectHandoff>;
  fetchResult(context: SessionContext): Promise<ProviderReport>;
  verifyPush?(push: RawPush): Promise<AuthenticatedPush>;
  /** Asked once per session, for the browser that started it. */
  handleReturn?(context: SessionContext, query: Readonly<Record<string, string>>): Promise<BrowserReturn>;
  /**
   * For partners that check pictures of our own pages: hands them over. Asked again when a process died meanwhile, so it
   * looks at what the partner has before it sends anything.
   */
  submitEvidence?(context: SessionContext): Promise<void>;
  /**
   * For capture providers: a quick look at one picture while the person still holds the camera; empty means it will do.
   * One on the organisation's own machine also looks at what is meant for partners, before they are paid for it.
   */
  checkCapture?(kind: EvidenceKind, jpeg: Uint8Array): Promise<CheckReason[]>;
  /** For adapters on the organisation's own machine: whether a picture will do as the portrait that is kept of somebody. */
  checkReferencePortrait?(jpeg: Uint8Array): Promise<CheckReason[]>;
  /** For adapters on the organisation's own machine: knows a photograph of a face again on another case. */
  readonly fingerprints?: PictureFingerprints;
  cancel?(context: SessionContext): Promise<void>;
  erase?(context: SessionContext): Promise<void>;
  health?(): Promise<ProviderHealth>;
  /** For adapters on the organisation's own machine: as `health`, but does once what a check would do. */
  tryOut?(): Promise<ProviderHealth>;
  /** Stops child processes and timers. */
  close?(): Promise<void>;
}

/**
 * How an adapter is offered to the host. `environment` is the schema of exactly the variables this adapter reads
 * (upper-case names, each with `.describe()`); the host parses it at start and names every fault at once.
 */
export interface ProviderDefinition<Settings = unknown> {
  readonly id: string;
  readonly environment: ZodType<Settings>;
  create(settings: Settings, ports: ProviderPorts): ProviderAdapter;
}
