import { verifiedIdSimulator } from '../../entra-verified-id/simulator/verified-id-simulator.js';

/** Microsoft's service with a wallet that holds the credential of TrueCredential's issuer. */
export const simulator = verifiedIdSimulator({
  id: 'truecredential',
  displayName: 'TrueCredential',
  prefix: 'TRUECREDENTIAL_',
  variables: { ACCEPTED_ISSUERS: 'did:web:truecredential.example' },
});
