import type { SimulatedSession } from '../../kit/simulator/index.js';

export interface Callback {
  url: string;
  state: string;
  headers: Readonly<Record<string, string>>;
}

export interface Constraint {
  claimName: string;
  accepts: (value: string) => boolean;
}

/** What the verifier asks of the wallet. */
export interface RequestedCredential {
  type: string;
  acceptedIssuers: readonly string[];
  constraints: readonly Constraint[];
  validateLinkedDomain: boolean;
  faceCheck?: { sourcePhotoClaimName: string; matchConfidenceThreshold: number };
}

export interface PresentationRequest {
  clientName: string;
  purpose?: string;
  callback: Callback;
  requested: RequestedCredential;
}

export interface Presentation extends SimulatedSession, PresentationRequest {
  /** A wallet has fetched the request, and the verifier was told. */
  retrieved: boolean;
}

/** The one credential in the simulated person's wallet. */
export interface HeldCredential {
  type: string;
  issuer: string;
}

/** Whether the wallet has what is asked for. The service accepts any issuer when none is named. */
export function canPresent({ requested }: Presentation, held: HeldCredential): boolean {
  const { type, acceptedIssuers } = requested;
  return type === held.type && (acceptedIssuers.length === 0 || acceptedIssuers.includes(held.issuer));
}
