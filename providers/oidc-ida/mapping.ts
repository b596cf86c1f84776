import { CHECK_KINDS, notRun, reopened, Sensitive } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, IdentityAttributes, ProviderReport } from '../kit/index.js';
import { judge, levelOf, readAssertions, type Judgement } from './assertions.js';
import { supportedChecks, type AssurancePolicy } from './assurance-policy.js';
import { dataMatch, readClaims, type ClaimedIdentity } from './claim-values.js';
import { documentOf, kindsShown } from './evidence.js';
import { externalIdOf } from './session-proofs.js';
import type { IdTokenClaims, VerifiedClaims } from './types.js';

export const ADAPTER_VERSION = 'oidc-ida-1';

export interface ReportContext {
  policy: AssurancePolicy;
  live: boolean;
  /** What was sent to the vendor for comparison. */
  expected: IdentityAttributes;
}

/** A proven answer: the ID token, and what UserInfo said for the same `sub`. */
export interface ProvenAnswer {
  idToken: IdTokenClaims;
  userinfo?: { verified_claims?: unknown };
}

/**
 * A proven answer as a neutral report. That the code flow succeeded says nothing: only an assertion inside
 * `verified_claims` does, and names are taken from inside the one that carries the verdict, never from the token's own
 * claims (T40). Session and nonce are the token's.
 */
export function toReport(answer: ProvenAnswer, context: ReportContext): ProviderReport {
  const { idToken, userinfo } = answer;
  const judgement = judge(readAssertions([idToken.verified_claims, userinfo?.verified_claims], context.policy));
  const base = {
    status: 'completed',
    terminal: true,
    binding: { externalId: externalIdOf(idToken.nonce), nonce: idToken.nonce },
  } as const;
  const provenance = {
    adapterVersion: ADAPTER_VERSION,
    live: context.live,
    checkedAt: checkedAt(judgement, idToken),
  };
  if (judgement.verdict !== 'verified') return { ...base, checks: toOpenOrFailed(judgement, context), provenance };

  const { row, said } = judgement;
  const claimed = readClaims(said.claims, context.expected);
  const checks = toChecks({ ...judgement, claimed }, context);
  // Null is how a claim that did not agree comes back: it has no place in a success.
  const clear = claimed.understood && claimed.denied.length === 0;
  if (!clear) return { ...base, checks: reopened(checks, 'partner_answer_unknown'), provenance };
  const document = documentOf(said);
  return {
    ...base,
    checks,
    ...(Object.keys(claimed.values).length > 0 && { identity: new Sensitive(claimed.values) }),
    ...(claimed.matched.length > 0 && { matchedOnly: claimed.matched }),
    ...(document && { document: new Sensitive(document) }),
    assurance: { framework: row.framework, level: row.level ?? '-' },
    provenance,
  };
}

/** The person or the vendor ended it before there was a token. Nothing is vouched for; our own state came back. */
export function toEndedReport(
  error: string,
  session: { externalId: string; nonce: string; live: boolean; at: string },
) {
  const { externalId, nonce, live, at } = session;
  const left = error === 'access_denied';
  const report: ProviderReport = {
    status: left ? 'cancelled' : 'failed',
    terminal: true,
    binding: { externalId, nonce },
    checks: left ? CHECK_KINDS.map((kind) => notRun(kind, 'applicant_cancelled')) : [],
    provenance: { adapterVersion: ADAPTER_VERSION, live, checkedAt: at },
  };
  return report;
}

type Verified = Extract<Judgement, { verdict: 'verified' }> & { claimed: ClaimedIdentity };

function toChecks({ row, said, claimed }: Verified, { policy, expected }: ReportContext): Check[] {
  const [supported, shown, level] = [supportedChecks(policy), kindsShown(said), levelOf(said)];
  const toCheck = (kind: CheckKind): Check => {
    if (!supported.includes(kind)) return notRun(kind, 'not_supported_by_provider');
    const byEvidence = policy.evidenceKinds.includes(kind);
    if (byEvidence ? !shown.has(kind) : !row.kinds.includes(kind))
      return notRun(kind, byEvidence ? 'data_missing' : 'not_requested');
    if (kind === 'data_match') return { kind, ...dataMatch(claimed, expected), level };
    return { kind, result: 'pass', reasonCodes: ['ok'], level };
  };
  return CHECK_KINDS.map(toCheck);
}

/** Anything but a verified assertion: nothing passes, whatever stands beside the verdict. */
function toOpenOrFailed(judgement: Exclude<Judgement, { verdict: 'verified' }>, context: ReportContext): Check[] {
  const supported = supportedChecks(context.policy);
  const open: CheckReason = judgement.verdict === 'contradictory' ? 'partner_undecided' : 'partner_answer_unknown';
  return CHECK_KINDS.map((kind) => {
    if (!supported.includes(kind)) return notRun(kind, 'not_supported_by_provider');
    if (judgement.verdict !== 'failed') return { kind, result: 'indeterminate', reasonCodes: [open] };
    const reasonCodes = failureReasons(kind, judgement.said, context.expected);
    return { kind, result: 'fail', reasonCodes, level: levelOf(judgement.said) };
  });
}

/** A failure is about the whole and gives no reason, save that a claim that did not agree comes back as null. */
function failureReasons(kind: CheckKind, said: VerifiedClaims, expected: IdentityAttributes): CheckReason[] {
  const { denied } = readClaims(said.claims, expected);
  const reasons: CheckReason[] = [
    ...(denied.includes('givenName') || denied.includes('familyName') ? (['name_differs'] as const) : []),
    ...(denied.includes('birthDate') ? (['birth_date_differs'] as const) : []),
  ];
  return kind === 'data_match' && reasons.length > 0 ? reasons : ['data_missing'];
}

/** The vendor's time when it is unmistakable – Okta's example has no zone – or the token's. */
function checkedAt(judgement: Judgement, { iat }: IdTokenClaims): string {
  const time = 'said' in judgement ? judgement.said.verification.time : undefined;
  const stated = time !== undefined && /(Z|[+-]\d{2}:\d{2})$/.test(time) ? Date.parse(time) : Number.NaN;
  return new Date(Number.isNaN(stated) ? iat * 1000 : stated).toISOString();
}
