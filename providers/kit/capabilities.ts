import type { CheckKind } from './checks.js';

/** What a provider can do, as data: the router, the pages and `docs/providers.md` read it, nobody branches on names. */
export interface ProviderCapabilities {
  displayName: string;
  /** How the person gets there. `capture` means our own pages take the pictures. */
  handoff: 'redirect' | 'qr_deeplink' | 'capture' | 'wallet';
  resultTransport: 'push_full' | 'push_thin' | 'poll' | 'oidc_code' | 'callback_only';
  pushAuth: 'none' | 'standard_webhooks' | 'hmac' | 'bearer' | 'mtls' | 'jws';
  /** How a replayed result is told apart: our nonce comes back, the session id is single-use, or not at all. */
  replayGuard: 'nonce' | 'single_use_session' | 'none';
  /** Check kinds this provider can run; anything else is `not_run` in its reports. */
  checks: readonly CheckKind[];
  expectedIdentityMatching: boolean;
  /** Evidence the person must give on our pages before `submit`. Empty unless `handoff` is `capture`. */
  requiredEvidence: readonly EvidenceKind[];
  scores: boolean;
  images: boolean;
  deletion: 'api' | 'automatic' | 'none';
  cancel: boolean;
  idempotentCreate: boolean;
  pollPolicy: { firstSeconds: number; everySeconds: number; giveUpSeconds: number };
  assuranceFrameworks: readonly string[];
  /** `organisation` means nothing leaves the organisation's own machine. */
  dataLeaves: 'organisation' | 'partner';
}

export const EVIDENCE_KINDS = ['document_front', 'document_back', 'selfie'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
