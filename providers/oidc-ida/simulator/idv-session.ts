import { createHash } from 'node:crypto';
import { hasResult, type Decision, type SimulatedSession } from '../../kit/simulator/index.js';

/** One pushed request, and what came of it. */
export interface IdvSession extends SimulatedSession {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeChallenge: string;
  /** Claim → the value to compare with; undefined where it was asked for without one. */
  readonly asked: Readonly<Record<string, string | undefined>>;
  readonly delivery: 'id_token' | 'userinfo';
  /** Until then `request_uri` can be opened, once; the page behind it stays open until the session ends. */
  readonly uriExpiresAt: Date;
  /** Names the page, once it was opened. */
  page?: string;
  /** Good for one exchange. */
  code: string;
  codeUsed: boolean;
  accessToken: string;
}

const MATCHED = 'MATCHED';
const FRAMEWORK = 'IDV-DELEGATED';

/** The members of `claims` in `verified_claims`, in the order of the request. */
const PERSONAL: Readonly<Record<string, (decision: Decision) => string>> = {
  given_name: ({ identity }) => identity.givenName,
  family_name: ({ identity }) => identity.familyName,
  // OpenID Connect Core, 5.1: the year alone where nothing else is known.
  birthdate: ({ identity }) => identity.birthDate.replace(/-00-00$/, ''),
};

/** What the browser brings back. Undefined for an ending that sends nobody back. */
export function returnQuery(session: IdvSession, issuer: string): Record<string, string> | undefined {
  const { decision, state, code } = session;
  if (!decision || decision.scenario === 'expired') return undefined;
  if (hasResult(decision)) return { code, state, iss: issuer };
  const error = decision.scenario === 'cancelled' ? 'access_denied' : 'server_error';
  return { error, error_description: 'The verification was not finished', state, iss: issuer };
}

/** The payload of the session's ID token, without issuer, audience and times. */
export function tokenPayload(session: IdvSession): Record<string, unknown> {
  const scenario = session.decision?.scenario;
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const owner = scenario === 'wrong_session' ? `${session.reference} of somebody else` : session.reference;
  const nonces = { wrong_nonce: [...session.nonce].reverse().join(''), wrong_session: digest(session.nonce) };
  return {
    sub: digest(owner),
    nonce: scenario === 'wrong_nonce' || scenario === 'wrong_session' ? nonces[scenario] : session.nonce,
    ...(session.delivery === 'id_token' && { verified_claims: verifiedClaims(session) }),
  };
}

export function verifiedClaims(session: IdvSession): unknown[] {
  const { decision } = session;
  if (!decision) return [];
  const { scenario, failing } = decision;
  const element = (level: string, framework = FRAMEWORK) => ({
    verification: {
      trust_framework: framework,
      assurance_level: level,
      time: decision.decidedAt.toISOString().slice(0, 19),
      verification_process: session.id,
    },
    claims: claimsOf(session, decision),
  });
  if (failing !== undefined) return [element('FAILED')];
  if (scenario === 'review') return [element('VERIFIED'), element('FAILED')];
  if (scenario === 'unknown_status') return [element('VERIFIED-WITH-NOTES')];
  if (scenario === 'unknown_result') return [element('VERIFIED', 'IDV-DELEGATED-2')];
  return [element('VERIFIED')];
}

/** `MATCHED` for what agrees, what the document says for what does not – and null for that in a failed comparison. */
function claimsOf({ asked }: IdvSession, decision: Decision): Record<string, unknown> {
  const claims = Object.entries(asked).map(([name, wanted]) => {
    const found = PERSONAL[name]?.(decision);
    const agrees = wanted !== undefined && found !== undefined && alike(wanted, found);
    const otherwise = decision.failing === 'data_match' ? null : found;
    return [name, { value: agrees ? MATCHED : otherwise, fuzzy: true }] as const;
  });
  return Object.fromEntries(claims);
}

const alike = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
