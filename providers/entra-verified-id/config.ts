import { z } from 'zod';
import { withoutPrefix, withPrefix } from '../kit/index.js';
import { PROFILE_NAMES, PROFILES } from './profiles.js';
import { claimName, clientProofFault, credentialType, toSettings, VARIABLES } from './variables.js';

const PREFIX = 'ENTRA_VERIFIED_ID_';

const OWN_VARIABLES = {
  PROFILE: z
    .enum([...PROFILE_NAMES, 'custom'], `must be of ${PROFILE_NAMES.join(', ')}, custom`)
    .describe('Whose credential is asked for; custom needs type and photo claim'),
  CREDENTIAL_TYPE: credentialType.optional().describe('Credential type, instead of the profile’s'),
  PHOTO_CLAIM: claimName.optional().describe('Claim with the photo for Face Check, instead of the profile’s'),
};

type OwnValues = { [Name in keyof typeof OWN_VARIABLES]: z.output<(typeof OWN_VARIABLES)[Name]> };
type AllValues = Parameters<typeof toSettings>[0] & OwnValues;

/** The variables of this adapter, and the settings they become. */
export const entraVerifiedIdEnvironment = withPrefix(PREFIX, { ...OWN_VARIABLES, ...VARIABLES })
  .superRefine((given, context) => {
    const values = withoutPrefix<AllValues>(PREFIX, given);
    const fault = clientProofFault(values);
    if (fault) refuse(context, fault, 'a client secret, or a certificate and its private key, is needed');
    if (values.PROFILE !== 'custom') return;
    for (const name of ['CREDENTIAL_TYPE', 'PHOTO_CLAIM'] as const)
      if (values[name] === undefined) refuse(context, name, 'is needed for the custom profile');
  })
  .transform((given) => {
    const values = withoutPrefix<AllValues>(PREFIX, given);
    const profile = values.PROFILE === 'custom' ? undefined : PROFILES[values.PROFILE];
    return toSettings(values, {
      id: 'entra-verified-id',
      displayName: 'Microsoft Entra Verified ID',
      procedure: profile ? `${values.PROFILE}:${profile.contractId}` : 'custom',
      credentialType: values.CREDENTIAL_TYPE ?? profile?.credentialType ?? '',
      photoClaim: values.PHOTO_CLAIM ?? profile?.photoClaim ?? '',
    });
  });

function refuse(context: z.RefinementCtx, name: keyof AllValues, message: string): void {
  context.addIssue({ code: 'custom', path: [`${PREFIX}${name}`], message });
}
