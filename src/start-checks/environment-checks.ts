import type { Config } from '../platform/config/config.js';
import { fault, ok, warning, type Finding } from './finding.js';
import { PASSWORD_BITS, TOKEN_BITS, weaknessOf } from './secret-strength.js';

/** The settings as far as each could be read: one that is broken does not hide the others. */
export type ReadSettings = Partial<Config>;

/** Secrets, and the variables whose URL carries one. */
const TOKENS = ['ADMIN_TOKEN', 'S3_SECRET_ACCESS_KEY', 'STAFF_CLIENT_SECRET'] as const;
const URLS = ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL'] as const;

/** What the environment alone says, in production. */
export function environmentFindings(settings: ReadSettings): Finding[] {
  return [...secretFindings(settings), ...transportFindings(settings), ...placeFindings(settings)];
}

function secretFindings(settings: ReadSettings): Finding[] {
  const tokens = TOKENS.map((name) => ({ name, secret: settings[name], bits: TOKEN_BITS }));
  const passwords = URLS.map((name) => ({ name, secret: passwordIn(settings[name]), bits: PASSWORD_BITS }));
  return [...tokens, ...passwords].flatMap(({ name, secret, bits }) => {
    if (secret === undefined || secret === '') return [];
    const weakness = weaknessOf(secret, bits);
    return weakness
      ? [fault(name, `its secret ${weakness}`, 'make a new one, for example with `openssl rand -hex 32`')]
      : [ok(name, 'its secret is not a known one')];
  });
}

function passwordIn(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** What travels in clear is somebody's to read; a private network may be an answer, a token of staff is not. */
function transportFindings(settings: ReadSettings): Finding[] {
  const findings: Finding[] = [];
  for (const name of ['STAFF_ISSUER', 'STAFF_JWKS_URL', 'STAFF_AUTHORIZATION_URL', 'STAFF_TOKEN_URL'] as const) {
    if (settings[name]?.startsWith('http:')) {
      findings.push(fault(name, 'is fetched in clear text: an attacker on the path can sign in as staff', 'use https'));
    }
  }
  const inClear: [name: string, clear: boolean, remedy: string][] = [
    [
      'DATABASE_URL',
      isClearPostgres(settings.DATABASE_URL),
      'add ?sslmode=verify-full, or keep it on a private network',
    ],
    ['REDIS_URL', settings.REDIS_URL?.startsWith('redis:') === true, 'use rediss:, or keep it on a private network'],
    ['S3_ENDPOINT', settings.S3_ENDPOINT?.startsWith('http:') === true, 'use https, or keep it on a private network'],
    [
      'SMTP_URL',
      isClearSmtp(settings.SMTP_URL),
      'use smtps:, or add ?requireTLS=true, which hands over nothing without STARTTLS; or keep it on a private network',
    ],
  ];
  for (const [name, clear, remedy] of inClear) if (clear) findings.push(warning(name, 'travels in clear', remedy));
  if (isUncheckedSmtp(settings.SMTP_URL))
    findings.push(
      warning(
        'SMTP_URL',
        'accepts any certificate: an attacker on the path can read the links',
        'leave rejectUnauthorized out',
      ),
    );
  if (settings.REDIS_URL && !passwordIn(settings.REDIS_URL)) {
    findings.push(warning('REDIS_URL', 'has no password', 'set requirepass or an ACL user on the server'));
  }
  return findings;
}

const isClearPostgres = (url: string | undefined): boolean =>
  url !== undefined && !/[?&]sslmode=(require|verify-ca|verify-full)\b/.test(url);

/**
 * With `smtp:` STARTTLS is used if the server offers it, and an attacker on the path can remove the offer (RFC 3207,
 * 6).
 */
const isClearSmtp = (url: string | undefined): boolean =>
  url?.startsWith('smtp:') === true && !/[?&]requireTLS=(true|1)(&|$)/.test(url);

const isUncheckedSmtp = (url: string | undefined): boolean => url?.includes('tls.rejectUnauthorized=false') === true;

function placeFindings(settings: ReadSettings): Finding[] {
  const findings: Finding[] = [];
  if (settings.DATABASE_OWNER_URL) {
    const remedy = 'give it to `regain migrate` alone';
    findings.push(
      warning('DATABASE_OWNER_URL', 'is in the environment of a process that must not be the owner', remedy),
    );
  }
  if (settings.DATABASE_URL?.includes('options=')) {
    const detail = 'has options of its own, which would replace ours (search_path, time limits)';
    findings.push(fault('DATABASE_URL', detail, 'set them for the role: ALTER ROLE regain_app SET …'));
  }
  if (settings.TRUST_PROXY_HOPS === 0) {
    const detail = 'is 0: behind a proxy every person has the proxy’s address, and limits by address hit all at once';
    findings.push(warning('TRUST_PROXY_HOPS', detail, 'set how many proxies in front are yours'));
  }
  if (settings.PROVIDERS?.length === 0) {
    const remedy = 'name those that verify people; docs/providers.md lists them';
    findings.push(warning('PROVIDERS', 'is empty: nobody can show a document and their face', remedy));
  }
  if (settings.SMTP_URL && settings.MAIL_FROM?.includes('@localhost')) {
    findings.push(warning('MAIL_FROM', 'is an address at localhost', 'set the sender people know'));
  }
  return findings;
}
