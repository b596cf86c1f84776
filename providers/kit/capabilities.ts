import type { CheckKind } from './checks.js';

/** What a report may say of the person and the document, beside its checks. */
export const REPORTED_ATTRIBUTES = [
  'givenName',
  'familyName',
  'birthDate',
  'nationality',
  'documentType',
  'issuingCountry',
  'documentNumber',
] as const;
export type ReportedAttribute = (typeof REPORTED_ATTRIBUTES)[number];

/** `always`: in every report of a session that passed. `never`: in no report at all. */
export type HowOftenReported = 'always' | 'sometimes' | 'never';

/** What a provider can do, as data: the router, the pages and `docs/providers.md` read it, nobody branches on names. */
export interface ProviderCapabilities {
  displayName: string;
  /** How the person gets there. `capture` means our own pages take the pictures. */
  handoff: 'redirect' | 'qr_deeplink' | 'capture' | 'wallet';
  /**
   * `push_thin`, `poll`: the partner can be asked, a push is a nudge. `callback_only`: the result is in the push and
   * nowhere else. `oidc_code`: the person's browser brings a code that is exchanged once.
   */
  resultTransport: 'push_thin' | 'poll' | 'oidc_code' | 'callback_only';
  /**
   * What proves a push: a signature over its bytes (`standard_webhooks`, `hmac`), a header whose value both sides agreed
   * on (`static_header`), or a key made for this one request (`request_key`).
   */
  pushAuth: 'none' | 'standard_webhooks' | 'hmac' | 'static_header' | 'request_key';
  /**
   * How we know that the checked person sits at the browser that started: our own pages took the pictures, that browser
   * came back with its one-time state, or it brought the code. If nothing shows it, an address on file must confirm.
   */
  sameDevice: 'capture' | 'return' | 'code' | 'none';
  /** How a replayed result is told apart: our nonce comes back, the session id is single-use, or not at all. */
  replayGuard: 'nonce' | 'single_use_session' | 'none';
  /** Check kinds this provider can run; anything else is `not_run` in its reports. */
  checks: readonly CheckKind[];
  /**
   * Kinds it looks at and never passes: at best it leaves them open, for people where a policy has people settle them. None of
   * them is among `checks`.
   */
  leavesOpen?: readonly CheckKind[];
  expectedIdentityMatching: boolean;
  /** Which attributes its reports hold. A profile may ask for nothing that its providers never say. */
  reports: Readonly<Record<ReportedAttribute, HowOftenReported>>;
  /** Evidence the person must give on our pages before `submit`. Empty unless `handoff` is `capture`. */
  requiredEvidence: readonly EvidenceKind[];
  /**
   * Kinds of document whose back says something that the front does not. Our pages ask for it after the front; `submit`
   * does not wait for it, since a back may be blank.
   */
  wantsBackOf?: readonly string[];
  /** Whether checks may carry a score. None decides anything; the conformance suite refuses one that was not declared. */
  scores: boolean;
  deletion: 'api' | 'automatic' | 'none';
  cancel: boolean;
  /** A repeated create with the same reference gives the same session. */
  idempotentCreate: boolean;
  /** A session can be looked up by our reference (`findSession`). */
  findByReference: boolean;
  pollPolicy: { firstSeconds: number; everySeconds: number; giveUpSeconds: number };
  /** Frameworks that a report's `assurance` may name. The conformance suite refuses one that was not declared. */
  assuranceFrameworks: readonly string[];
  /** `organisation` means nothing leaves the organisation's own machine. */
  dataLeaves: 'organisation' | 'partner';
}

export const EVIDENCE_KINDS = ['document_front', 'document_back', 'selfie'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Every attribute `sometimes`, apart from what is said otherwise: what a partner's documentation promises is rarely a value. */
export const reportsBesides = (
  otherwise: Partial<Record<ReportedAttribute, HowOftenReported>>,
): Readonly<Record<ReportedAttribute, HowOftenReported>> => ({
  ...{ givenName: 'sometimes', familyName: 'sometimes', birthDate: 'sometimes', nationality: 'sometimes' },
  ...{ documentType: 'sometimes', issuingCountry: 'sometimes', documentNumber: 'sometimes' },
  ...otherwise,
});
