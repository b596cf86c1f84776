import type { CheckKind } from '../../providers/kit/index.js';
import { checksForStrength } from '../policy/account-strength.js';
import { providerIds } from '../policy/provider-rules.js';
import { accountObjections, neverProofed } from './accounts/account-objections.js';
import { withCodesAlone } from './codes-route.js';
import { contradicted, refusedElsewhere } from './contradictions.js';
import type { Objection } from './decision.js';
import { deviceProof } from './device/device-proof.js';
import type { SettledChecks, SettledFacts } from './facts.js';
import { attemptsRemain, deny, refer, refuseBy } from './objection.js';
import { ofTheAccount, ofTheDocument } from './profile-objections.js';
import { faultsToMend, isCaptureFault, REASONS, type FindingReason } from './reasons.js';
import { maySettle } from './settleable.js';
import { isSuspicion, type SettledCheck } from './settled-check.js';

/** A rule reads the facts and says what, if anything, stands in the way. It never throws. */
type ObjectionRule = (facts: SettledFacts, checks: SettledChecks) => (Objection | false)[];

const PORTRAIT: CheckKind = 'reference_portrait_match';

/** Whether a session ended with an answer at all. Without one, nothing it says about checks is weighed. */
export function hasAnswer({ report }: SettledFacts): boolean {
  return report.status === 'completed' && report.terminal;
}

const session: ObjectionRule = (facts) => {
  const { report, policy } = facts;
  if (hasAnswer(facts)) return [facts.liveOnly && !report.live && refer('report', 'report_not_live')];
  if (report.status === 'failed') return [refer('report', 'session_failed')];
  if (report.status !== 'cancelled' && report.status !== 'expired') return [refer('report', 'report_not_final')];
  if (attemptsRemain(facts)) {
    return [{ about: 'report', reasonCodes: ['session_not_finished'], remedy: 'retry', settleable: false }];
  }
  const remedy = policy.review.onFail === 'review' ? 'refer' : 'deny';
  return [{ about: 'report', reasonCodes: ['session_not_finished', 'attempts_exhausted'], remedy, settleable: false }];
};

/** Worse wins, for good: nobody settles it, and what else the later report says lifts nothing (T43). */
const withdrawal: ObjectionRule = ({ withdrawn, policy }) => [
  withdrawn && refuseBy(policy, 'report', 'result_withdrawn'),
];

/** Rule 7: the local path stands in only with people looking, and privileged accounts wait for a partner. */
const provider: ObjectionRule = ({ provider: { id, local, role, underWatch }, policy, subject, report }) => [
  !providerIds(policy).includes(id) && refer('provider', 'provider_not_in_policy'),
  // Whom a person is sent to goes by the document they chose, which is only their word.
  report.askedAbout === false && refer('provider', 'provider_not_for_document', { settleable: true }),
  underWatch && refer('provider', 'provider_under_watch', { settleable: true }),
  local && role !== 'first' && refer('provider', 'local_as_fallback', { settleable: true }),
  local && subject.privileged && refer('provider', 'local_for_privileged', { settleable: true }),
];

/** Holds for accounts that became privileged, and for policies that came to ask for it, after the case was opened. */
const secondPerson: ObjectionRule = ({ subject, policy, recoveryCase: { authorized } }) => [
  subject.privileged &&
    policy.authorization.privilegedNeedsSecondPerson &&
    !authorized &&
    refer('account', 'second_person_missing'),
];

const account: ObjectionRule = ({ subject, proofing }) => [
  !subject.active && deny('account', 'account_not_active'),
  proofing?.coolingOff === true && refer('proofing_record', 'record_cooling_off'),
];

const channel: ObjectionRule = ({ recoveryCase: { relayed, callConfirmed }, policy }) => [
  relayed && !policy.relay.allowed && refer('channel', 'relay_not_allowed'),
  relayed && !callConfirmed && refer('channel', 'call_not_confirmed'),
];

/**
 * Nothing shows whose device it was, and the reader of the link would also read the question (T33). Reviewers have to find
 * out, over a way that the reader of that mailbox does not have. For a privileged account they cannot either.
 */
const device: ObjectionRule = (facts) => [
  deviceProof(facts) === 'unaskable' &&
    refer('device', 'device_not_confirmable', { settleable: !facts.subject.privileged }),
];

/** Nobody vouches for a file but people who look at it; one that came before the policy refused them is looked at too. */
const selfieFile: ObjectionRule = ({ selfieFromFile, policy }) => [
  selfieFromFile === true &&
    policy.capture.selfieFiles !== 'accept' &&
    refer('device', 'selfie_from_file', { settleable: true }),
];

const specimen: ObjectionRule = ({ report, policy }) => [
  report.specimen && !policy.allowSpecimens && refuseBy(policy, 'report', 'specimen_not_allowed'),
];

/** Check kinds that must pass, and those of them that no policy can waive. */
function demanded({ policy, subject, provider: { local } }: SettledFacts): {
  kinds: Set<CheckKind>;
  firm: Set<CheckKind>;
} {
  const firm = new Set<CheckKind>([
    ...(policy.matching.require.includes('portrait') || local ? [PORTRAIT] : []),
    ...(local ? ['face_match' as const] : []),
  ]);
  const data: CheckKind[] = policy.matching.require.includes('data') ? ['data_match'] : [];
  return { kinds: new Set([...checksForStrength(policy, subject), ...data, ...firm]), firm };
}

/**
 * Whether the policy lets this check go unanswered: not run, or left open with nothing seen against the person, which is no
 * worse. A failure and a suspicion it waives of nobody.
 */
export const isWaived = (check: SettledCheck, facts: SettledFacts): boolean =>
  (check.result === 'not_run' || check.result === 'indeterminate') &&
  !isSuspicion(check) &&
  facts.policy.waivedChecks.includes(check.kind) &&
  !demanded(facts).firm.has(check.kind);

const checked: ObjectionRule = (facts, checks) => {
  const { kinds } = demanded(facts);
  return Object.values(checks).map((check) => {
    if (check.result === 'pass') return false;
    if (check.result === 'fail') return afterFail(check, facts);
    if (!kinds.has(check.kind) && !isSuspicion(check)) return false;
    if (isWaived(check, facts)) return false;
    return check.result === 'not_run' ? referred(check, facts) : afterOpen(check, facts);
  });
};

const about = (check: SettledCheck, remedy: Objection['remedy'], extra: FindingReason[] = []): Objection => ({
  about: check.kind,
  reasonCodes: [...check.reasonCodes, ...extra],
  remedy,
  settleable: false,
});

const referred = (check: SettledCheck, facts: SettledFacts, extra: FindingReason[] = []): Objection => ({
  ...about(check, 'refer', extra),
  settleable: maySettle(check, facts),
});

const every = (check: SettledCheck, test: (reason: FindingReason) => boolean): boolean =>
  check.reasonCodes.length > 0 && check.reasonCodes.every(test);

const isRetryable = (check: SettledCheck): boolean => every(check, (reason) => REASONS[reason].retryable);

/** What says that it is not this person, or nobody living. */
const OF_THE_FACE: readonly CheckKind[] = ['face_match', PORTRAIT, 'presentation_attack'];

/** A failed check stands in the way even when the policy did not ask for it. */
function afterFail(check: SettledCheck, facts: SettledFacts): Objection {
  const { onFail } = facts.policy.review;
  const worthAnother = isCaptureFault(check.reasonCodes) || (onFail === 'retry' && isRetryable(check));
  if (!worthAnother) return about(check, onFail === 'deny' ? 'deny' : 'refer');
  if (attemptsRemain(facts)) return about(check, 'retry');
  // Faces are what computers get wrong, and some people's more often: after the last try people look, unless the policy denies.
  const looked = onFail === 'review' || (onFail === 'retry' && OF_THE_FACE.includes(check.kind));
  return about(check, looked ? 'refer' : 'deny', ['attempts_exhausted']);
}

/** Of what is mended by another picture the person hears the fault of the picture; what else was noticed stays in the finding. */
function afterOpen(check: SettledCheck, facts: SettledFacts): Objection {
  const faults = faultsToMend(check.reasonCodes);
  if (faults.length === 0) return referred(check, facts);
  if (!attemptsRemain(facts)) return referred(check, facts, ['attempts_exhausted']);
  return { ...about(check, 'retry'), reasonCodes: faults };
}

/**
 * Nothing is approved that is not tied to this account by data or by portrait, whatever is waived (rule 6). Silent when
 * one of the two passes, or stands in the way already.
 */
function untied(facts: SettledFacts, checks: SettledChecks, raised: readonly Objection[]): Objection[] {
  const ties = [checks.data_match, checks[PORTRAIT]];
  const settled = ties.some((tie) => tie.result === 'pass' || raised.some((objection) => objection.about === tie.kind));
  if (settled) return [];
  return [refer('binding', 'not_bound_to_account', { settleable: ties.some((tie) => maySettle(tie, facts)) })];
}

/** Whatever the report says. */
const ALWAYS: readonly ObjectionRule[] = [
  session,
  withdrawal,
  contradicted,
  provider,
  account,
  neverProofed,
  ofTheAccount,
  secondPerson,
  channel,
];
/** Where two codes stand in for a document: nothing is said of checks, and nothing of the account is waived. */
const BY_CODES: readonly ObjectionRule[] = [withCodesAlone, account, neverProofed, ofTheAccount, secondPerson, channel];
/** Once there is an answer to weigh. */
const WITH_ANSWER: readonly ObjectionRule[] = [
  device,
  selfieFile,
  specimen,
  ofTheDocument,
  accountObjections,
  refusedElsewhere,
  checked,
];

/** Everything that stands in the way of an approval; empty means there is nothing. */
export function objectionsTo(facts: SettledFacts): Objection[] {
  const { checks } = facts;
  const apply = (rules: readonly ObjectionRule[]): Objection[] =>
    rules.flatMap((rule) => rule(facts, checks)).filter((objection) => objection !== false);
  if (facts.route === 'codes') return apply(BY_CODES);
  if (!hasAnswer(facts)) return apply(ALWAYS);
  const raised = apply([...ALWAYS, ...WITH_ANSWER]);
  return [...raised, ...untied(facts, checks, raised)];
}
