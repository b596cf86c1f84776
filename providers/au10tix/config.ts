import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { dateFormat, jsonPath, memberPath, partnerUrl, Sensitive, wordList } from '../kit/index.js';
import {
  EVIDENCE_KINDS_BY_CONFIGURATION,
  readDocumentTypes,
  readEvidence,
  readNamedWords,
} from './configured-words.js';
import { ENVIRONMENTS, hostFamilyOf } from './partner-hosts.js';

export const RESULT_APIS = ['workflow', 'secureme', 'bos'] as const;
export type ResultApi = (typeof RESULT_APIS)[number];

const MIN_KEY_BITS = 2048;
const PEM_FRAME = /-----(?:BEGIN|END) PRIVATE KEY-----|\\n|\s/g;

const plainName = (description: string, pattern: RegExp) =>
  z.string().regex(pattern, 'must be letters, digits, _, - and .').describe(description);

/** PKCS#8, as PEM – its line ends may be written `\n` – or only the base64 between its frames. */
const privateKey = z
  .string()
  .transform((text, context): Sensitive<KeyObject> => {
    try {
      const der = Buffer.from(text.replace(PEM_FRAME, ''), 'base64');
      const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_KEY_BITS)
        return new Sensitive(key);
    } catch {
      // Said below, in words that repeat nothing of it.
    }
    context.addIssue({ code: 'custom', message: `must be an RSA key of ${MIN_KEY_BITS} bits or more in PKCS#8` });
    return z.NEVER;
  })
  .describe('RSA private key that signs client assertions: PKCS#8 PEM, or its base64 in one line');

/** The variables of this adapter. No fault message repeats a value. */
export const au10tixEnvironment = z
  .object({
    AU10TIX_BASE_URL: partnerUrl('Regional API address, e.g. https://weu-api.au10tixservices.com'),
    AU10TIX_ENVIRONMENT: z
      .enum(ENVIRONMENTS)
      .describe('production, or sandbox for AU10TIX’s staging; nothing that sandbox reports counts as live'),
    AU10TIX_CLIENT_ID: plainName('Client id, issuer and subject of client assertions', /^[\w.-]{1,128}$/),
    AU10TIX_KEY_ID: plainName('Id under which the public key is registered with AU10TIX', /^[\w.-]{1,128}$/),
    AU10TIX_PRIVATE_KEY: privateKey,
    AU10TIX_TOKEN_AUDIENCE: partnerUrl('Audience of client assertions: the token address of the authorization server'),
    AU10TIX_TOKEN_GRANT_FIELDS: z
      .enum(['omit', 'send'])
      .default('omit')
      .describe('Whether token requests also carry grant_type and client_assertion_type (RFC 7523)'),
    AU10TIX_WORKFLOW: plainName('Workflow that people go through, e.g. Au10tix201', /^[\w-]{1,64}$/),
    AU10TIX_DOCUMENT_SOURCES: z
      .enum(['camera', 'camera_or_file'])
      .default('camera')
      .describe('Whether documents must be photographed or may be uploaded as files; a selfie is always photographed'),
    AU10TIX_RESULT_API: z
      .enum(RESULT_APIS)
      .default('workflow')
      .describe('Where results are asked for, and in which shape they come'),
    AU10TIX_LINK_HOSTS: z
      .string()
      .transform(wordList)
      .pipe(z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be host names')).max(20))
      .prefault('')
      .describe('Further hosts that people may be sent to, subdomains included; AU10TIX’s own are known'),
    AU10TIX_REFERENCE_FIELD: memberPath
      .optional()
      .describe('Where in the create request our reference goes, e.g. workflowOptions.reference'),
    AU10TIX_REFERENCE_RESULT_PATH: jsonPath
      .optional()
      .describe('Where in results that reference comes back; anything else there is refused'),
    AU10TIX_EXTERNAL_ID_PATH: jsonPath.optional().describe('Where in results the session’s id stands'),
    AU10TIX_EVIDENCE: z
      .string()
      .transform(
        (text, context) => readEvidence(text) ?? invalidWords(context, 'must be kind=path:word|word, each kind once'),
      )
      .prefault('')
      .describe(
        `What proves a check, as kind=path:word|word, separated by spaces; kinds: ${EVIDENCE_KINDS_BY_CONFIGURATION.join(', ')}`,
      ),
    AU10TIX_DOCUMENT_TYPES: z
      .string()
      .transform(
        (text, context) => readDocumentTypes(text) ?? invalidWords(context, 'must be word=type, each word once'),
      )
      .prefault('')
      .describe(
        'What AU10TIX calls documents, as word=type, separated by commas, e.g. Passport=passport; without it no result says of what kind a document was',
      ),
    AU10TIX_PENDING_ANSWERS: z
      .string()
      .transform((text, context) => readNamedWords(text) ?? invalidWords(context, 'must be path:word|word'))
      .prefault('')
      .describe('Answers that mean that the result is not there yet, as path:word|word, separated by spaces'),
    AU10TIX_EXPIRY_FIELD: z
      .string()
      .regex(/^\w{1,64}$/, 'must be letters, digits and _')
      .default('DateOfExpiry')
      .describe('Member of DocumentData2 that holds the date of expiry'),
    AU10TIX_DATE_FORMAT: dateFormat,
  })
  .superRefine((settings, context) => {
    const family = hostFamilyOf(settings.AU10TIX_BASE_URL);
    if (family !== undefined && family !== settings.AU10TIX_ENVIRONMENT)
      context.addIssue({
        code: 'custom',
        path: ['AU10TIX_ENVIRONMENT'],
        message: 'is not the environment that AU10TIX_BASE_URL belongs to',
      });
    if (settings.AU10TIX_REFERENCE_RESULT_PATH !== undefined && settings.AU10TIX_REFERENCE_FIELD === undefined)
      context.addIssue({
        code: 'custom',
        path: ['AU10TIX_REFERENCE_RESULT_PATH'],
        message: 'needs AU10TIX_REFERENCE_FIELD',
      });
  });

export type Au10tixSettings = z.output<typeof au10tixEnvironment>;

function invalidWords(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
