/** What the imagined document says. Members left out are taken from the default identity. */
export interface SandboxIdentity {
  givenName?: string;
  familyName?: string;
  /** ISO 8601 calendar date. */
  birthDate?: string;
  /** ISO 3166-1 alpha-3. */
  nationality?: string;
  documentNumber?: string;
  documentType?: string;
  /** ISO 3166-1 alpha-3. */
  issuingCountry?: string;
  /** ISO 8601 calendar date. */
  expiryDate?: string;
}

export interface PartnerCheck {
  name: string;
  outcome: string;
  reason?: string;
}

/** What the partner has made up its mind about; it never changes afterwards. */
export interface Verdict {
  status: string;
  /** Whether the answers that tell it carry our nonce and the partner's real environment. */
  dress: 'genuine' | 'wrong_nonce' | 'test_mode';
  checks: PartnerCheck[];
  decidedAt: Date;
  identity?: SandboxIdentity;
}

export interface SessionRequest {
  reference: string;
  nonce: string;
  returnUrl: string;
  webhookUrl: string;
  language: string;
}

export interface Session extends SessionRequest {
  id: string;
  expiresAt: Date;
  verdict?: Verdict;
  /** Runs when the partner will decide without the person. */
  timer?: NodeJS.Timeout;
  /** Answers given so far, so that garbage comes in more than one kind. */
  reads: number;
}

/** One attempt to deliver a push. `httpStatus` is absent when no answer came. */
export interface DeliveryAttempt {
  deliveryId: string;
  sessionId: string;
  httpStatus?: number;
}
