import { checkText, lookUp, notRun, worstOf } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, CheckResult } from '../kit/index.js';
import type { CheckMap } from './config.js';
import type { ClearCheck } from './types.js';

/** One thing a check says; `unknown` is a word that is not in CLEAR's documentation. */
type Signal = CheckResult | 'unknown';

const RESULT_BY_WORD: Readonly<Record<string, CheckResult>> = {
  success: 'pass',
  failure: 'fail',
  indeterminate: 'indeterminate',
  not_applicable: 'not_run',
  awaiting_async_response: 'indeterminate',
};

/** "CLEAR1 identity check reason codes": the hundreds are the outcome. */
const RESULT_BY_HUNDREDS: Readonly<Record<string, CheckResult>> = {
  2: 'pass',
  3: 'not_run',
  4: 'fail',
  5: 'indeterminate',
};

const RESULT_BY_STATUS: Readonly<Record<string, CheckResult>> = { skipped: 'not_run', error: 'indeterminate' };

/** A failing check says that it failed and no more: its kind says what that means. */
const REASON_OF_FAILURE: Readonly<Partial<Record<CheckKind, CheckReason>>> = {
  document_authenticity: 'document_not_genuine',
  document_expiry: 'document_expired',
  document_data_consistency: 'document_inconsistent',
  face_match: 'faces_differ',
  presentation_attack: 'presentation_attack_suspected',
  injection_attack: 'injection_suspected',
};

export interface CheckReading {
  checkMap: CheckMap;
  /** Families of reason codes whose hundreds are read. */
  reasonFamilies: readonly string[];
}

/** One kind of ours from CLEAR's checks. Every name that the map gives for it has to be there (T38). */
export function toCheck(kind: CheckKind, answers: readonly ClearCheck[], reading: CheckReading): Check {
  const names = reading.checkMap[kind];
  if (!names) return notRun(kind, 'not_supported_by_provider');
  const perName = names.flatMap((name) => {
    const found = answers.filter((answer) => answer.name === name);
    if (found.length === 0) return [notRun(kind, 'data_missing')];
    return found.map((answer) => ({ kind, ...judge(kind, answer, reading), rawName: checkText(name) }));
  });
  return worstOf(perName) ?? notRun(kind, 'data_missing');
}

function judge(kind: CheckKind, answer: ClearCheck, reading: CheckReading): Pick<Check, 'result' | 'reasonCodes'> {
  const signals = new Set(signalsOf(answer, reading.reasonFamilies));
  if (signals.has('fail') && !signals.has('pass'))
    return { result: 'fail', reasonCodes: [REASON_OF_FAILURE[kind] ?? 'partner_answer_unknown'] };
  // Two things at once, e.g. true with a code for a failure, is an answer nobody documented.
  if (signals.has('unknown') || (signals.has('pass') && signals.size > 1))
    return { result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
  if (signals.has('pass') && answer.value === true && answer.status === 'completed')
    return { result: 'pass', reasonCodes: ['ok'] };
  if (signals.has('not_run') && signals.size === 1) return { result: 'not_run', reasonCodes: ['not_requested'] };
  return { result: 'indeterminate', reasonCodes: ['partner_undecided'] };
}

function signalsOf({ value, status, check_result, reason_codes }: ClearCheck, families: readonly string[]): Signal[] {
  const said: (Signal | undefined)[] = [
    value === true ? 'pass' : value === false ? 'fail' : undefined,
    status === 'completed' ? undefined : wordIn(RESULT_BY_STATUS, status),
    wordIn(RESULT_BY_WORD, check_result),
    ...(reason_codes ?? []).map((code) => signalOfCode(code, families)),
  ];
  return said.filter((signal) => signal !== undefined);
}

function wordIn(table: Readonly<Record<string, CheckResult>>, word: string | null | undefined): Signal | undefined {
  return word === null || word === undefined ? undefined : (lookUp(table, word) ?? 'unknown');
}

function signalOfCode(code: string, families: readonly string[]): Signal {
  const [, family = '', hundreds = ''] = /^([A-Z]+)(\d)\d\d$/.exec(code) ?? [];
  return families.includes(family) ? (lookUp(RESULT_BY_HUNDREDS, hundreds) ?? 'unknown') : 'unknown';
}
