/** What customer and partner agreed on for one run. */
export interface Au10tixCredentials {
  clientId: string;
  keyId: string;
  /** The customer's own, PKCS#8 in base64; AU10TIX has the public half. */
  privateKey: string;
  audience: string;
  environment: string;
  workflow: string;
  linkHosts: string;
  /** Where this tenant's requests carry the customer's reference. */
  referenceField: string;
  /** Where its answers state reference and session id; AU10TIX's documentation names no place. */
  referenceResultPath: string | undefined;
  externalIdPath: string | undefined;
}
