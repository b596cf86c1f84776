import { HttpFault } from '../../kit/simulator/index.js';

/** What a valid pushed authorization request asked for. */
export interface PushedRequest {
  reference: string;
  redirectUri: string;
  state: string;
  nonce: string;
  codeChallenge: string;
  asked: Record<string, string | undefined>;
  delivery: 'id_token' | 'userinfo';
}

const REQUIRED_SCOPES = ['openid', 'identity_assurance'];
const SUPPORTED_CLAIMS = ['given_name', 'family_name', 'middle_name', 'email', 'birthdate', 'phone_number', 'address'];
const REQUIRED_CLAIMS = ['given_name', 'family_name'];

const invalid = () => new HttpFault(400, 'invalid_request');

/** Reads the form as RFC 9126 and Okta's guide have it, and refuses everything else. */
export function readPushedRequest(form: URLSearchParams): PushedRequest {
  if (form.has('request_uri') || new Set(form.keys()).size !== [...form.keys()].length) throw invalid();
  if (text(form, 'response_type') !== 'code' || text(form, 'code_challenge_method') !== 'S256') throw invalid();
  const scopes = text(form, 'scope').split(' ');
  if (!REQUIRED_SCOPES.every((scope) => scopes.includes(scope))) throw new HttpFault(400, 'invalid_scope');
  const codeChallenge = text(form, 'code_challenge');
  if (!/^[\w-]{43}$/.test(codeChallenge)) throw invalid();
  return {
    reference: text(form, 'login_hint'),
    redirectUri: redirectUri(text(form, 'redirect_uri')),
    state: text(form, 'state'),
    nonce: text(form, 'nonce'),
    codeChallenge,
    ...readClaims(text(form, 'claims')),
  };
}

function text(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '' || value.length > 4096) throw invalid();
  return value;
}

/** As it was registered: no query, no fragment. */
function redirectUri(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol) || /[?#]/.test(value)) throw invalid();
  return value;
}

function readClaims(json: string): Pick<PushedRequest, 'asked' | 'delivery'> {
  const request = object(parse(json));
  const delivery = 'userinfo' in request ? 'userinfo' : 'id_token';
  const wanted = object(request[delivery]).verified_claims;
  const [element] = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
  const { verification, claims } = object(element);
  for (const name of ['trust_framework', 'assurance_level']) {
    if (typeof object(object(verification)[name]).value !== 'string') throw invalid();
  }
  const named = Object.entries(object(claims));
  const names = named.map(([name]) => name);
  if (!REQUIRED_CLAIMS.every((name) => names.includes(name))) throw invalid();
  if (!names.every((name) => SUPPORTED_CLAIMS.includes(name))) throw invalid();
  return { delivery, asked: Object.fromEntries(named.map(([name, wish]) => [name, expectedValue(wish)])) };
}

/** `{value, fuzzy: true}`, the older `{fuzzy: value}`, a bare value, or null for no value. */
function expectedValue(wish: unknown): string | undefined {
  if (wish === null) return undefined;
  if (typeof wish === 'string') return wish;
  const { value, fuzzy } = object(wish);
  if (typeof value === 'string' && (fuzzy === true || fuzzy === undefined)) return value;
  if (value === undefined && typeof fuzzy === 'string') return fuzzy;
  throw invalid();
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid();
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid();
  return value as Record<string, unknown>;
}
