import { CHECK_KINDS, checkText, jsonPath, notRun, ProviderError, reopened, valuesAt, worstOf } from '../kit/index.js';
import type { ZodType } from 'zod';
import type { Check, CheckKind, CheckReason, ProviderReport } from '../kit/index.js';
import type { ResultApi } from './config.js';
import { EVIDENCE_KINDS_BY_CONFIGURATION, type Evidence, type NamedWords } from './configured-words.js';
import { documentOf, expiryDateOf, identityOf, type DocumentReading } from './document-data.js';
import { contradictionIn, objectionsIn, TESTS_COMPLETED, type Remarks } from './remarks.js';
import { bosReport, secureMeAnswer, workflowAnswer, type BosReport } from './types.js';

export const ADAPTER_VERSION = 'au10tix-1';

/** What the settings say about answers. */
export interface Reading extends DocumentReading {
  api: ResultApi;
  live: boolean;
  workflow: string;
  evidence: Evidence;
}

/** `PrimaryProcessingResult`, the engine's one word about everything. */
const PASSED = 0;
const WITH_THE_PARTNERS_STAFF = 120;
const CONDITIONAL = 20;
const WITHOUT_TESTS = 60;
/** Refusals, and what they say about the document when no remark says anything more exact. */
const REFUSALS: ReadonlyMap<number, CheckReason> = new Map([
  [40, 'document_not_accepted'],
  [70, 'document_not_accepted'],
  [80, 'document_not_accepted'],
  [100, 'document_unreadable'],
]);

/** Where a workflow's answer keeps the report. */
const REPORT = jsonPath.parse('verificationResults.idv.payload.ProcessingReport');

interface Answer {
  report: BosReport;
  /** The same report with all its members, where configured paths begin (T40: inside what carries the verdict). */
  raw: unknown;
  remarks: Remarks;
  /** Every place that states the result; a pass needs all of them. */
  verdicts: readonly number[];
}

/** Documented ones, and those for which the customer said what proves them. */
export function supportedChecks(evidence: Evidence): CheckKind[] {
  const configured = EVIDENCE_KINDS_BY_CONFIGURATION.filter((kind) => evidence[kind]);
  return CHECK_KINDS.filter(
    (kind) => kind === 'document_authenticity' || kind === 'document_expiry' || configured.some((one) => one === kind),
  );
}

/** Whether the customer said that such an answer is none yet. One place that says so is enough: a later answer may not. */
export function isStillPending(body: unknown, pendingAnswers: readonly NamedWords[]): boolean {
  return pendingAnswers.some(({ path, words }) => valuesAt(body, path).some((value) => isOneOfWords(value, words)));
}

/**
 * A result as a neutral report. Only a primary result of 0 without a remark against it leaves anything passed; a code that
 * we do not know leaves every check open, so that a person looks.
 * @param of `externalId`: of the session the answer is about; `now`: for the date of expiry, and the report's own
 * @throws ProviderError unintelligible
 */
export function toReport(
  body: Readonly<Record<string, unknown>>,
  reading: Reading,
  of: { externalId: string; now: Date },
): ProviderReport {
  const binding = { externalId: of.externalId };
  const answer = readAnswer(body, reading.api);
  const provenance = {
    adapterVersion: ADAPTER_VERSION,
    procedure: reading.workflow,
    live: reading.live,
    checkedAt: completionTime(answer.report) ?? of.now.toISOString(),
  };
  if (answer.verdicts.includes(WITH_THE_PARTNERS_STAFF))
    return { status: 'pending', terminal: false, binding, checks: [], provenance };
  const identity = identityOf(answer.report, reading);
  const document = documentOf(answer.report, reading);
  return {
    status: 'completed',
    terminal: true,
    binding,
    checks: toChecks(answer, reading, of.now),
    ...(identity && { identity }),
    ...(document && { document }),
    provenance,
  };
}

function readAnswer(body: Readonly<Record<string, unknown>>, api: ResultApi): Answer {
  if (api === 'workflow') {
    const { idv } = parsed(workflowAnswer, body).verificationResults;
    const [raw] = valuesAt(body, REPORT);
    return answerOf(idv.payload.ProcessingReport, raw, idv.remarks ?? []);
  }
  if (api === 'secureme') return answerOf(parsed(secureMeAnswer, body).resultData, body.resultData, []);
  return answerOf(parsed(bosReport, body), body, []);
}

function parsed<Value>(shape: ZodType<Value>, body: unknown): Value {
  const { success, data } = shape.safeParse(body);
  if (!success) throw new ProviderError('unintelligible', 'the answer does not have the documented shape');
  return data;
}

function answerOf(report: BosReport, raw: unknown, aside: readonly number[]): Answer {
  const { DocumentStatusReport2: status, RiskManagementReport: risk } = report;
  const pages = report.PageAsSeparateDocumentProcessingReports ?? [];
  const conclusion = risk?.EffectiveConclusion;
  const reasons = [report, status, conclusion?.Reasons];
  // A page by itself lacks its other side, and says so; only what it says about risks is about the whole.
  const ofPages = pages.map((page) => page.RiskManagementReport?.EffectiveConclusion?.Reasons);
  const processing = reasons.flatMap((reason) => reason?.ProcessingResultRemarks ?? []);
  const risks = [...reasons, ...ofPages].flatMap((reason) => [
    ...(reason?.RiskManagementRemarks ?? []),
    ...(reason?.RiskManagerRemarks ?? []),
  ]);
  return {
    report,
    raw,
    remarks: { processing: [...new Set([...aside, ...processing])], risk: [...new Set(risks)] },
    verdicts: [status.PrimaryProcessingResult, conclusion?.PrimaryProcessingResult].filter(
      (code) => code !== null && code !== undefined,
    ),
  };
}

function toChecks(answer: Answer, reading: Reading, now: Date): Check[] {
  const supported = supportedChecks(reading.evidence);
  const objections = [...objectionsIn(answer.remarks)];
  objections.push(...refusalsIn(answer, objections));
  const checks = CHECK_KINDS.map((kind) => {
    if (!supported.includes(kind)) return notRun(kind, 'not_supported_by_provider');
    const against = objections.filter((objection) => objection.kind === kind);
    return worstOf([proofOf(kind, answer, { ...reading, now }), ...against]) ?? notRun(kind, 'data_missing');
  });
  const doubt = doubtAbout(answer);
  return doubt ? reopened(checks, doubt) : checks;
}

/** What a refusal by the engine says, where nothing else in the answer says why. */
function refusalsIn({ verdicts }: Answer, objections: readonly Check[]): Check[] {
  const explained = objections.some(({ result }) => result === 'fail');
  return verdicts.flatMap((code): Check[] => {
    const reason = REFUSALS.get(code);
    const about = { kind: 'document_authenticity', rawName: `primary result ${code}` } as const;
    if (code === WITHOUT_TESTS) return [{ ...about, result: 'not_run', reasonCodes: ['not_requested'] }];
    return reason && !explained ? [{ ...about, result: 'fail', reasonCodes: [reason] }] : [];
  });
}

/** Why nothing may pass by itself; undefined when the engine passed the whole and nobody objects. */
function doubtAbout({ verdicts, remarks }: Answer): CheckReason | undefined {
  const known = verdicts.every((code) => [PASSED, CONDITIONAL, WITHOUT_TESTS].includes(code) || REFUSALS.has(code));
  const contradiction = contradictionIn(remarks);
  if (!known || contradiction === 'unknown') return 'partner_answer_unknown';
  return contradiction === 'known' || verdicts.some((code) => code !== PASSED) ? 'partner_undecided' : undefined;
}

/** What the answer itself shows for one kind, before anything is said against it. */
function proofOf(kind: CheckKind, answer: Answer, reading: Reading & { now: Date }): Check {
  if (kind === 'document_authenticity') return authenticity(answer);
  if (kind === 'document_expiry') return expiry(answer.report, reading);
  const configured = EVIDENCE_KINDS_BY_CONFIGURATION.find((candidate) => candidate === kind);
  const named = configured && reading.evidence[configured];
  if (!named) return notRun(kind, 'not_supported_by_provider');
  const judged = judgeWord(answer.raw, named);
  const rawName = checkText(named.path.text);
  if (judged === 'missing') return { ...notRun(kind, 'data_missing'), rawName };
  const about = { kind, rawName };
  return judged === 'named'
    ? { ...about, result: 'pass', reasonCodes: ['ok'] }
    : { ...about, result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
}

/** Tests of the document were done, at least one applied, and each that did says authentic. */
function authenticity({ report, remarks }: Answer): Check {
  const kind = 'document_authenticity';
  const results = (report.ProcessingResult?.ForgeryTests ?? []).map((test) => test.TestResult);
  if (results.some((word) => word !== 'Authentic' && word !== 'NotRelevant'))
    return { kind, result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
  if (!results.includes('Authentic') || !remarks.processing.includes(TESTS_COMPLETED))
    return notRun(kind, 'data_missing');
  return { kind, result: 'pass', reasonCodes: ['ok'] };
}

/** By the date that the document states; on its last day the answer depends on where one stands, so somebody looks. */
function expiry(report: BosReport, reading: Reading & { now: Date }): Check {
  const kind = 'document_expiry';
  const date = expiryDateOf(report, reading);
  const today = reading.now.toISOString().slice(0, 10);
  if (date === undefined) return notRun(kind, 'data_missing');
  if (date === today) return { kind, result: 'indeterminate', reasonCodes: ['partner_undecided'] };
  return date > today
    ? { kind, result: 'pass', reasonCodes: ['ok'] }
    : { kind, result: 'fail', reasonCodes: ['document_expired'] };
}

/** Where several elements of a list stand at the path, every one has to say so. */
function judgeWord(value: unknown, { path, words }: NamedWords): 'named' | 'other' | 'missing' {
  const found = valuesAt(value, path);
  if (found.length === 0) return 'missing';
  return found.every((one) => isOneOfWords(one, words)) ? 'named' : 'other';
}

/** A text, a number or a truth value, as text. */
const isOneOfWords = (value: unknown, words: readonly string[]): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) && words.includes(String(value));

/** UTC, where it says so. */
function completionTime({ CompletionTime: text }: BosReport): string | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
