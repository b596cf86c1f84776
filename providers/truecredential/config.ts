import { PROFILES } from '../entra-verified-id/profiles.js';
import { clientProofFault, toSettings, VARIABLES } from '../entra-verified-id/variables.js';
import { withoutPrefix, withPrefix } from '../kit/index.js';

const PREFIX = 'TRUECREDENTIAL_';

type Values = Parameters<typeof toSettings>[0];

/** The variables of this adapter, and the settings of the transport they become. The profile is fixed. */
export const trueCredentialEnvironment = withPrefix(PREFIX, VARIABLES)
  .superRefine((given, context) => {
    const fault = clientProofFault(withoutPrefix<Values>(PREFIX, given));
    if (!fault) return;
    const message = 'a client secret, or a certificate and its private key, is needed';
    context.addIssue({ code: 'custom', path: [`${PREFIX}${fault}`], message });
  })
  .transform((given) => {
    const { contractId, credentialType, photoClaim } = PROFILES.truecredential;
    return toSettings(withoutPrefix<Values>(PREFIX, given), {
      id: 'truecredential',
      displayName: 'TrueCredential (LexisNexis Risk Solutions)',
      procedure: `truecredential:${contractId}`,
      credentialType,
      photoClaim,
    });
  });
