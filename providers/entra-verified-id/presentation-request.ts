import type { CreateSessionContext } from '../kit/index.js';
import { writeState, type CallbackKeys } from './callback-state.js';
import type { VerifiedIdSettings } from './settings.js';

interface Constraint {
  claimName: string;
  values: string[];
}

/**
 * The body of `createPresentationRequest`: presentation-request-api.md. The QR code is ours to draw, and a receipt
 * cannot be had together with Face Check.
 */
export function presentationRequest(
  context: CreateSessionContext,
  settings: VerifiedIdSettings,
  keys: CallbackKeys,
): Record<string, unknown> {
  const { credential } = settings;
  const state = writeState(context);
  const constraints = constraintsOf(context, settings);
  return {
    authority: settings.authorityDid,
    includeQRCode: false,
    includeReceipt: false,
    registration: { clientName: settings.clientName, purpose: settings.purpose },
    callback: { url: context.webhookUrl, state, headers: { 'api-key': keys.keyFor(state).reveal() } },
    requestedCredentials: [
      {
        type: credential.type,
        acceptedIssuers: credential.acceptedIssuers,
        ...(constraints.length > 0 && { constraints }),
        configuration: {
          validation: {
            allowRevoked: false,
            validateLinkedDomain: credential.linkedDomainRequired,
            faceCheck: {
              sourcePhotoClaimName: credential.photoClaim,
              matchConfidenceThreshold: credential.matchThreshold,
            },
          },
        },
      },
    ],
  };
}

/** The names on record leave only where the organisation has decided so. */
function constraintsOf({ expectedIdentity }: CreateSessionContext, settings: VerifiedIdSettings): Constraint[] {
  if (!settings.sendsExpectedNames || !expectedIdentity) return [];
  const { claims } = settings.credential;
  const { givenName, familyName } = expectedIdentity.reveal();
  return [
    ...(givenName ? [{ claimName: claims.givenName, values: [givenName] }] : []),
    ...(familyName ? [{ claimName: claims.familyName, values: [familyName] }] : []),
  ];
}
