import { z } from 'zod';
import { jsonPath, parseJsonPath, partnerUrl, secretText, Sensitive, wordList } from '../kit/index.js';
import type { CheckKind, JsonPath } from '../kit/index.js';
import { keyPair } from './message-crypto.js';
import { DOCUMENT_TYPES } from './types.js';

/** What this partner can be asked about. Names and birth date are compared by us. */
const PATH_KINDS = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'presentation_attack',
  'injection_attack',
] as const satisfies readonly CheckKind[];
export type PathKind = (typeof PATH_KINDS)[number];

/** Where an answer says how one check ended. */
export interface CheckPath {
  kind: PathKind;
  path: JsonPath;
}

const jsonPaths = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform(wordList)
    .pipe(z.array(jsonPath).min(1, 'must hold at least one path').max(8, 'must hold at most eight paths'));

const checkPath = z.string().transform((text, context): CheckPath => {
  const at = text.indexOf('=');
  const kind = PATH_KINDS.find((known) => known === text.slice(0, at));
  const path = parseJsonPath(text.slice(at + 1));
  if (kind && path) return { kind, path };
  context.addIssue({ code: 'custom', message: `each must be kind=path, with a kind of ${PATH_KINDS.join(', ')}` });
  return z.NEVER;
});

const hostName = z
  .string()
  .regex(/^(?:\*\.[a-z0-9-]+\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/, 'each must be a host name or *.zone, in lower case');

const privateKey = z
  .string()
  .transform((text) => new Sensitive(text))
  .refine(isPrivateKey, 'must be a secp256k1 private key: 32 bytes in base64');

/** The variables of this adapter. What 1Kosmos does not publish is a variable here; README.md says which and why. */
export const oneKosmosEnvironment = z
  .object({
    ONEKOSMOS_TENANT_URL: partnerUrl('Address of the tenant, e.g. https://acme.1kosmos.net'),
    ONEKOSMOS_TENANT_DNS: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a host name in lower case')
      .optional()
      .describe('Name of the tenant as 1Kosmos knows it. Default: the host of the tenant’s address'),
    ONEKOSMOS_COMMUNITY: z
      .string()
      .regex(/^[\w .-]{1,128}$/, 'must be a plain name')
      .default('default')
      .describe('Name of the community within the tenant'),
    ONEKOSMOS_LICENSE_KEY: secretText('License key of the tenant; leaves only sealed for the service'),
    ONEKOSMOS_WORKFLOW_KEY: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, 'must be visible ASCII')
      .describe('IDVerify workflow key (dvcID) from the admin console'),
    ONEKOSMOS_ENVIRONMENT: z
      .enum(['production', 'sandbox'], 'must be production or sandbox')
      .describe('What the tenant is; results of sandbox never count as live, as no answer says it'),
    ONEKOSMOS_DOCUMENT_TYPE: z
      .enum(DOCUMENT_TYPES, `must be one of ${DOCUMENT_TYPES.join(', ')}`)
      .default('dl_object')
      .describe('Document to ask for when the person named none that 1Kosmos has a word for'),
    ONEKOSMOS_ALLOWED_HOSTS: z
      .string()
      .default('')
      .transform(wordList)
      .pipe(z.array(hostName).max(16, 'must hold at most sixteen hosts'))
      .describe('Further hosts, or *.zone, that discovery and hand-off addresses may be on'),
    ONEKOSMOS_PRIVATE_KEY: privateKey
      .optional()
      .describe('Own secp256k1 key, 32 bytes in base64, for a license bound to one. Default: a new one for each call'),
    ONEKOSMOS_RESULT_PATH: z
      .enum(['v3/document_share_session/result', 'document_share_session/result'], 'must be one of the two known paths')
      .default('v3/document_share_session/result')
      .describe('Where results are asked for, below the docuverify service'),
    ONEKOSMOS_STATUS_PATHS: jsonPaths('status responseStatus sessionResult').describe(
      'Where a result says how the session stands; all that are there must agree',
    ),
    ONEKOSMOS_SESSION_ID_PATH: jsonPath.prefault('sessionId').describe('Where a result repeats the session’s id'),
    ONEKOSMOS_RESULT_WITHOUT_SESSION_ID: z
      .enum(['refuse', 'accept'], 'must be refuse or accept')
      .default('refuse')
      .describe('What to make of a result that repeats no session id; accept excludes ONEKOSMOS_PRIVATE_KEY'),
    ONEKOSMOS_REFERENCE_PATH: jsonPath
      .optional()
      .describe('Where a result repeats the userUID we sent, if it does; another one is then refused'),
    ONEKOSMOS_CHECK_PATHS: z
      .string()
      .transform(wordList)
      .pipe(z.array(checkPath).min(1, 'must hold at least one').max(32, 'must hold at most 32'))
      .describe('Where a result says how each check ended: kind=path, several separated by spaces'),
    ONEKOSMOS_DOCUMENT_PATHS: jsonPaths('dl_object ppt_object idcard_object document').describe(
      'Where a result may hold what was read from the document; exactly one must be there',
    ),
  })
  .refine((settings) => settings.ONEKOSMOS_RESULT_WITHOUT_SESSION_ID === 'refuse' || !settings.ONEKOSMOS_PRIVATE_KEY, {
    path: ['ONEKOSMOS_RESULT_WITHOUT_SESSION_ID'],
    error: 'accept needs a new key for each call: with ONEKOSMOS_PRIVATE_KEY an older answer could be played again',
  });

export type OneKosmosSettings = z.output<typeof oneKosmosEnvironment>;

function isPrivateKey(sealed: Sensitive<string>): boolean {
  try {
    keyPair(sealed);
    return true;
  } catch {
    return false;
  }
}
