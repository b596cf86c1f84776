import { verifiedIdSimulator } from './verified-id-simulator.js';

/** Microsoft Entra Verified ID as Microsoft documents it. It shares no code with the adapter. */
export const simulator = verifiedIdSimulator({
  id: 'entra-verified-id',
  displayName: 'Microsoft Entra Verified ID',
  prefix: 'ENTRA_VERIFIED_ID_',
  variables: { PROFILE: 'clear1' },
});
