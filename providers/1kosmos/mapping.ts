import {
  CHECK_KINDS,
  checkText,
  lookUp,
  notRun,
  pathId,
  ProviderError,
  reopened,
  Sensitive,
  valuesAt,
  worstOf,
} from '../kit/index.js';
import type {
  Check,
  CheckKind,
  CheckReason,
  CheckResult,
  ChosenDocument,
  JsonPath,
  ProviderReport,
  ReportStatus,
} from '../kit/index.js';
import type { CheckPath, PathKind } from './config.js';
import { readDocument } from './document-object.js';
import type { DocumentType, OpenedAnswer } from './types.js';

export const ADAPTER_VERSION = '1kosmos-1';

/** Where the answer of this tenant's workflow says what, as the settings have it. */
export interface ResultReading {
  statusPaths: readonly JsonPath[];
  sessionIdPath: JsonPath;
  referencePath: JsonPath | undefined;
  checkPaths: readonly CheckPath[];
  documentPaths: readonly JsonPath[];
  mayLackSessionId: boolean;
  live: boolean;
  workflowKey: string;
}

type Standing = 'pending' | 'completed' | 'declined' | 'expired' | 'abandoned';

/** Published words for a session, in lower case: the result API's, the SDK's and the mobile SDK's. */
const STANDING_BY_WORD: Readonly<Record<string, Standing>> = {
  pending: 'pending',
  'in progress': 'pending',
  in_progress: 'pending',
  inprogress: 'pending',
  completed: 'completed',
  success: 'completed',
  declined: 'declined',
  expired: 'expired',
  abandoned: 'abandoned',
};

/** Published words for one verification, in lower case. */
const RESULT_BY_WORD: Readonly<Record<string, CheckResult>> = {
  passed: 'pass',
  failed: 'fail',
  'not performed': 'not_run',
  not_performed: 'not_run',
};

/** The partner's reason codes are not published; what a failed check is about says as much. */
const REASON_BY_KIND: Readonly<Record<PathKind, CheckReason>> = {
  document_authenticity: 'document_not_genuine',
  document_expiry: 'document_expired',
  document_data_consistency: 'document_inconsistent',
  face_match: 'faces_differ',
  presentation_attack: 'presentation_attack_suspected',
  injection_attack: 'injection_suspected',
};

const OBJECT_BY_DOCUMENT: Readonly<Record<string, DocumentType>> = {
  passport: 'ppt_object',
  driving_licence: 'dl_object',
  identity_card: 'idcard_object',
  residence_permit: 'idcard_object',
};

/** What to ask for: what the person chose, where the partner has a word for it. */
export const documentTypeFor = (chosen: ChosenDocument | undefined, otherwise: DocumentType): DocumentType =>
  lookUp(OBJECT_BY_DOCUMENT, chosen?.documentType ?? '') ?? otherwise;

/**
 * The opened answer as a neutral report. A word that is not published never becomes a pass, and neither does anything
 * the settings do not point at. `asked` is used for comparison, and as the binding only where the settings allow an
 * answer without a session id; why that is safe is in README.md.
 * @throws ProviderError unintelligible | not_authentic | not_ready
 */
export function toReport(
  answer: OpenedAnswer,
  reading: ResultReading,
  asked: { externalId: string; reference: string; now: Date },
): ProviderReport {
  const standing = standingOf(answer, reading.statusPaths);
  const status = statusOf(standing);
  const externalId = sessionIdOf(answer, reading, { status, externalId: asked.externalId });
  if (status !== 'pending') refuseForeignReference(answer, reading.referencePath, asked.reference);
  const { identity, document } = status === 'completed' ? readDocument(answer, reading.documentPaths) : {};
  return {
    status,
    terminal: status !== 'pending',
    binding: { externalId },
    checks: toChecks(answer, standing, reading.checkPaths),
    ...(identity && { identity: new Sensitive(identity) }),
    ...(document && { document: new Sensitive(document) }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: reading.workflowKey,
      live: reading.live,
      checkedAt: asked.now.toISOString(),
    },
  };
}

/** Undefined for words that are not published or contradict each other. Waiting wins: a later answer may agree. */
function standingOf(answer: OpenedAnswer, paths: readonly JsonPath[]): Standing | undefined {
  const words = paths.flatMap((path) => valuesAt(answer, path));
  if (words.length === 0) throw new ProviderError('unintelligible', 'the answer has no status where it should be');
  const standings = new Set(words.map((word) => lookUpWord(STANDING_BY_WORD, word)));
  if (standings.has('pending')) return 'pending';
  const [standing] = standings;
  return standings.size === 1 ? standing : undefined;
}

function statusOf(standing: Standing | undefined): ReportStatus {
  if (standing === 'abandoned') return 'cancelled';
  return standing === undefined || standing === 'declined' ? 'completed' : standing;
}

function sessionIdOf(
  answer: OpenedAnswer,
  reading: Pick<ResultReading, 'sessionIdPath' | 'mayLackSessionId'>,
  asked: { status: ReportStatus; externalId: string },
): string {
  const [found, ...others] = valuesAt(answer, reading.sessionIdPath);
  const parsed = pathId.safeParse(found);
  if (parsed.success && others.length === 0) return parsed.data;
  if (found !== undefined || others.length > 0) throw new ProviderError('unintelligible', 'the session id is not one');
  if (reading.mayLackSessionId) return asked.externalId;
  if (asked.status === 'pending') throw new ProviderError('not_ready', 'the session has no result yet');
  throw new ProviderError('not_authentic', 'the answer does not say which session it is about');
}

function refuseForeignReference(answer: OpenedAnswer, path: JsonPath | undefined, reference: string): void {
  if (!path) return;
  const found = valuesAt(answer, path);
  if (found.length !== 1 || found[0] !== reference)
    throw new ProviderError('not_authentic', 'the answer does not repeat our reference');
}

function toChecks(answer: OpenedAnswer, standing: Standing | undefined, paths: readonly CheckPath[]): Check[] {
  if (standing === 'abandoned') return CHECK_KINDS.map((kind) => notRun(kind, 'applicant_cancelled'));
  if (standing === 'pending' || standing === 'expired') return [];
  const checks = CHECK_KINDS.map((kind) => toCheck(answer, kind, paths));
  if (standing === 'completed') return checks;
  // Whether a declined session is the partner's verdict or the person's word is not published.
  return reopened(checks, standing === 'declined' ? 'partner_undecided' : 'partner_answer_unknown');
}

function toCheck(answer: OpenedAnswer, kind: CheckKind, paths: readonly CheckPath[]): Check {
  const configured = paths.filter((path) => path.kind === kind);
  if (configured.length === 0) return notRun(kind, 'not_supported_by_provider');
  const found = configured.flatMap(({ kind: pathKind, path }) => {
    const words = valuesAt(answer, path);
    if (words.length === 0) return [notRun(kind, 'data_missing')];
    return words.map((word) => ({ kind, ...judge(pathKind, word), rawName: checkText(path.text) }));
  });
  return worstOf(found) ?? notRun(kind, 'data_missing');
}

function judge(kind: PathKind, word: unknown): Pick<Check, 'result' | 'reasonCodes'> {
  const result = lookUpWord(RESULT_BY_WORD, word);
  if (result === 'pass') return { result, reasonCodes: ['ok'] };
  if (result === 'fail') return { result, reasonCodes: [REASON_BY_KIND[kind]] };
  if (result === 'not_run') return { result, reasonCodes: ['not_requested'] };
  return { result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
}

/** The words are published in prose and in capitals, so their case says nothing. */
function lookUpWord<Value>(table: Readonly<Record<string, Value>>, word: unknown): Value | undefined {
  return typeof word === 'string' ? lookUp(table, word.toLowerCase()) : undefined;
}
