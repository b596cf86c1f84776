import type { KeyObject } from 'node:crypto';
import type { CheckKind, Sensitive } from '../kit/index.js';

/** How the application proves itself to Microsoft's token endpoint. */
export type ClientProof =
  | { kind: 'secret'; secret: Sensitive<string> }
  | { kind: 'certificate'; thumbprint: string; privateKey: Sensitive<KeyObject> };

/** What is asked of the wallet, and what counts when it comes. */
export interface CredentialDemands {
  type: string;
  /** DIDs, compared as exact bytes. */
  acceptedIssuers: readonly string[];
  photoClaim: string;
  /** 50 to 100. */
  matchThreshold: number;
  linkedDomainRequired: boolean;
  /** What the organisation holds the issuer answerable for; see README.md. */
  vouchedChecks: readonly CheckKind[];
  claims: { givenName: string; familyName: string; birthDate?: string };
}

/** Everything the transport needs, free of the names of variables: two providers fill it. */
export interface VerifiedIdSettings {
  id: string;
  displayName: string;
  live: boolean;
  loginUrl: string;
  apiUrl: string;
  /** Host names that a deep link may send a wallet to. */
  linkHosts: readonly string[];
  tenantId: string;
  clientId: string;
  clientProof: ClientProof;
  authorityDid: string;
  clientName: string;
  purpose: string;
  /** The current one first. */
  callbackSecrets: readonly Sensitive<string>[];
  credential: CredentialDemands;
  /** What the report names as the procedure. */
  procedure: string;
  /** Whether the names on record leave for Microsoft as constraints. */
  sendsExpectedNames: boolean;
}
