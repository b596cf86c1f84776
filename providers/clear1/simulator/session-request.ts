import { HttpFault } from '../../kit/simulator/index.js';
import type { SessionRequest } from './clear-session.js';

/** `VerificationOptions` of the OpenAPI description; it allows nothing else. */
const MEMBERS = [
  'project_id',
  'redirect_url',
  'custom_fields',
  'locale',
  'phone',
  'email',
  'user_id',
  'user_profile_information',
];
const LOCALES = ['en-US', 'en-MX', 'en-CA', 'es-MX', 'es-US', 'fr-CA', 'en', 'es', 'fr', 'de', 'it'];

const refuse = (): never => {
  throw new HttpFault(400, 'invalid_input');
};

/** @throws HttpFault 400 for a request that CLEAR would refuse, or that leaves nothing to find the session by */
export function readSessionRequest(body: Record<string, unknown>, projectId: string): SessionRequest {
  const { project_id, redirect_url, custom_fields, locale } = body;
  if (Object.keys(body).some((name) => !MEMBERS.includes(name))) refuse();
  if (project_id !== projectId) throw new HttpFault(400, 'invalid_argument');
  if (locale !== undefined && !isLocale(locale)) refuse();
  return {
    project_id: projectId,
    redirect_url: isAddress(redirect_url) ? redirect_url : refuse(),
    custom_fields: isTexts(custom_fields) && custom_fields.regain_reference ? custom_fields : refuse(),
    ...(isLocale(locale) && { locale }),
  };
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

function isLocale(value: unknown): value is string {
  return typeof value === 'string' && LOCALES.includes(value);
}
