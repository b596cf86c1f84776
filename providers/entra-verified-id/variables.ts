import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { partnerUrl, secretList, secretText, Sensitive, wordList } from '../kit/index.js';
import type { ClientProof, VerifiedIdSettings } from './settings.js';

/** Kinds that an issuer may be held answerable for: what was found out about the document when the credential was made. */
const VOUCHABLE = ['document_authenticity', 'document_expiry', 'document_data_consistency'] as const;

/** One line that a person reads. */
const label = z.string().regex(/^[^\p{C}]{1,100}$/u, 'must be one line of at most 100 characters');
const did = z.string().regex(/^did:[a-z0-9]+:[\x21-\x7e]{1,2000}$/, 'must be a DID');
/** Of an environment, where line breaks may be written as \n. */
const pem = z.string().transform((text) => text.replaceAll('\\n', '\n'));

export const claimName = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be the name of a claim');
export const credentialType = z.string().regex(/^[A-Za-z][\w-]{0,127}$/, 'must be the name of a credential type');

/** The variables of every provider on this transport, without their prefix. No fault repeats a value. */
export const VARIABLES = {
  ENVIRONMENT: z
    .enum(['production', 'sandbox'], 'must be production or sandbox')
    .describe('Which tenant this is; results of sandbox never count as live, as no callback says it'),
  TENANT_ID: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{2,252}$/, 'must be a tenant id or domain')
    .describe('Our own Entra tenant, in which the application is registered'),
  CLIENT_ID: z
    .string()
    .regex(/^[A-Za-z0-9-]{8,64}$/, 'must be an application id')
    .describe('Application (client) id; needs the permission VerifiableCredential.Create.PresentRequest or .All'),
  CLIENT_SECRET: secretText('Client secret of the application; or certificate and private key instead').optional(),
  CLIENT_CERTIFICATE: pem
    .transform((text, context) => {
      try {
        return new X509Certificate(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be a certificate in PEM' });
        return z.NEVER;
      }
    })
    .optional()
    .describe('Certificate registered for the application, PEM; line breaks may be written as \\n'),
  CLIENT_PRIVATE_KEY: pem
    .transform((text, context) => {
      try {
        const key = createPrivateKey(text);
        if (key.asymmetricKeyType === 'rsa') return new Sensitive(key);
      } catch {
        // Said below, without the reason: it could quote the key.
      }
      context.addIssue({ code: 'custom', message: 'must be an RSA private key in PEM' });
      return z.NEVER;
    })
    .optional()
    .describe('Its private key, RSA, PEM; line breaks may be written as \\n'),
  CALLBACK_SECRET: secretList(
    'Secret of ours from which the key of each callback is made; several, separated by spaces, while rotating',
    32,
  ),
  AUTHORITY_DID: did.describe('DID of our Verified ID authority: the verifier that the person sees'),
  ACCEPTED_ISSUERS: z
    .string()
    .transform(wordList)
    .pipe(z.array(did).min(1, 'must hold at least one DID').max(16, 'must hold at most sixteen DIDs'))
    .describe('DIDs of accepted issuers, separated by spaces or commas, as their manifests name them'),
  CLIENT_NAME: label.describe('Name of the organisation as the Authenticator shows it'),
  PURPOSE: label
    .default('Recover your account')
    .describe('Why the credential is asked for, as the Authenticator shows it'),
  MATCH_THRESHOLD: z
    .string()
    .regex(/^\d{2,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(50, 'must be at least 50').max(100, 'must be at most 100'))
    .default(70)
    .describe('Lowest match confidence of Face Check that counts, 50 to 100'),
  LINKED_DOMAIN: z
    .enum(['required', 'optional'], 'must be required or optional')
    .default('required')
    .describe('Whether the issuer must have a verified domain'),
  ISSUER_VOUCHES: z
    .string()
    .transform(wordList)
    .pipe(z.array(z.enum(VOUCHABLE, `must be of ${VOUCHABLE.join(', ')}`)))
    .default([])
    .describe('Check kinds the organisation holds the issuer answerable for; nothing by default, see the README'),
  GIVEN_NAME_CLAIM: claimName.default('firstName').describe('Claim that holds the given names'),
  FAMILY_NAME_CLAIM: claimName.default('lastName').describe('Claim that holds the family name'),
  BIRTH_DATE_CLAIM: claimName
    .optional()
    .describe('Claim that holds the date of birth as YYYY-MM-DD, where there is one'),
  SEND_EXPECTED_NAMES: z
    .enum(['yes', 'no'], 'must be yes or no')
    .default('no')
    .describe('Whether the names on record are sent to Microsoft, so that only a credential in them can be shown'),
  LOGIN_URL: partnerUrl('Address of the token endpoint’s host').default('https://login.microsoftonline.com'),
  API_URL: partnerUrl('Address of the request service').default('https://verifiedid.did.msidentity.com'),
  LINK_HOSTS: z
    .string()
    .transform(wordList)
    .pipe(z.array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'must be host names')).min(1, 'must hold at least one host'))
    .optional()
    .describe('Host names to which a deep link may send a wallet; by default that of the request service'),
};

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]> };

/** A secret, or a certificate with its own key; and not both, because nobody would know which one is in use. */
export function clientProofFault(values: Values): keyof Values | undefined {
  const { CLIENT_SECRET: secret, CLIENT_CERTIFICATE: certificate, CLIENT_PRIVATE_KEY: key } = values;
  if (secret) return certificate || key ? 'CLIENT_SECRET' : undefined;
  if (!certificate && !key) return 'CLIENT_SECRET';
  if (!certificate) return 'CLIENT_CERTIFICATE';
  return key && certificate.checkPrivateKey(key.reveal()) ? undefined : 'CLIENT_PRIVATE_KEY';
}

/** What a provider adds to the variables. */
export interface Offer {
  id: string;
  displayName: string;
  procedure: string;
  credentialType: string;
  photoClaim: string;
}

/** The checked variables of one offer as the adapter works with them; whatever was left out is the offer's own. */
export function toSettings(values: Values, offer: Offer): VerifiedIdSettings {
  const { id, displayName, procedure } = offer;
  return {
    id,
    displayName,
    procedure,
    live: values.ENVIRONMENT === 'production',
    loginUrl: values.LOGIN_URL,
    apiUrl: values.API_URL,
    linkHosts: values.LINK_HOSTS ?? [new URL(values.API_URL).hostname],
    tenantId: values.TENANT_ID,
    clientId: values.CLIENT_ID,
    clientProof: toClientProof(values),
    authorityDid: values.AUTHORITY_DID,
    clientName: values.CLIENT_NAME,
    purpose: values.PURPOSE,
    callbackSecrets: values.CALLBACK_SECRET,
    sendsExpectedNames: values.SEND_EXPECTED_NAMES === 'yes',
    credential: {
      type: offer.credentialType,
      acceptedIssuers: values.ACCEPTED_ISSUERS,
      photoClaim: offer.photoClaim,
      matchThreshold: values.MATCH_THRESHOLD,
      linkedDomainRequired: values.LINKED_DOMAIN === 'required',
      vouchedChecks: [...new Set(values.ISSUER_VOUCHES)],
      claims: {
        givenName: values.GIVEN_NAME_CLAIM,
        familyName: values.FAMILY_NAME_CLAIM,
        birthDate: values.BIRTH_DATE_CLAIM,
      },
    },
  };
}

function toClientProof(values: Values): ClientProof {
  const { CLIENT_SECRET: secret, CLIENT_CERTIFICATE: certificate, CLIENT_PRIVATE_KEY: privateKey } = values;
  if (secret) return { kind: 'secret', secret };
  if (!certificate || !privateKey) throw new TypeError('the schema lets no settings without a proof through');
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  return { kind: 'certificate', thumbprint, privateKey };
}
