import { CHECK_KINDS, isOpenOrFailed, lookUp, notRun, reopened, Sensitive } from '../kit/index.js';
import type {
  Check,
  CheckKind,
  DocumentFacts,
  IdentityAttributes,
  ProviderReport,
  ReportStatus,
} from '../kit/index.js';
import { documentChecks, isComparisonDue, portraitChecks } from './evidence-checks.js';
import type { DetailedIdentity, IdentityDocument } from './types.js';

export const ADAPTER_VERSION = 'idemia-1';
export const ASSURANCE_FRAMEWORK = 'idemia_gips';

export const SUPPORTED_CHECKS: readonly CheckKind[] = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'presentation_attack',
];

const TRANSIENT: readonly string[] = ['PROCESSING', 'ADJUDICATION'];
const ASSURANCE: readonly string[] = ['LOA0', 'LOA1', 'LOA2', 'LOA3', 'LOA4'];

/** Identity statuses with a meaning of their own; all others are settled by configuration, or not known. */
const STATUS_BY_WORD: Readonly<Record<string, ReportStatus>> = {
  PROCESSING: 'pending',
  // The transaction's lifetime is over. How it is resumed is not published.
  PAUSED: 'expired',
};

export interface MappingRules {
  live: boolean;
  settledStatuses: readonly string[];
  minimumAssurance: string;
  livenessByStatus: boolean;
}

/** The detailed record, and whether the portrait's own status lists errors. */
export interface GipsAnswer {
  identity: DetailedIdentity;
  portraitHasErrors: boolean;
}

/** Whether the partner is done, for good or ill. Human adjudication is waited for. */
export function reportStatusOf(identity: DetailedIdentity, rules: Pick<MappingRules, 'settledStatuses'>): ReportStatus {
  const { status } = identity.globalStatus;
  const known = lookUp(STATUS_BY_WORD, status);
  if (known) return known;
  if (!rules.settledStatuses.includes(status)) return 'completed';
  const document = lastDocument(identity);
  const { portrait } = identity;
  if (!document || !portrait) return 'pending';
  if ([document, portrait].some(({ evidenceStatus }) => TRANSIENT.includes(evidenceStatus.status))) return 'pending';
  return isComparisonDue(document, portrait) ? 'pending' : 'completed';
}

/**
 * The partner's record as a neutral report. A status that is not known, or an assurance below what is asked for, passes
 * nothing. `now` dates a report that has no date.
 */
export function toReport(answer: GipsAnswer, rules: MappingRules, now: Date): ProviderReport {
  const { identity } = answer;
  const { globalStatus } = identity;
  const status = reportStatusOf(identity, rules);
  const document = status === 'completed' ? lastDocument(identity) : undefined;
  const level = globalStatus.levelOfAssurance ?? '';
  return {
    status,
    terminal: status !== 'pending',
    binding: { externalId: globalStatus.id },
    checks: status === 'completed' ? toChecks(answer, rules) : [],
    ...(document && { identity: new Sensitive(attributesOf(document)), document: new Sensitive(factsOf(document)) }),
    ...(status === 'completed' &&
      ASSURANCE.includes(level) && { assurance: { framework: ASSURANCE_FRAMEWORK, level } }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: 'gips-v1',
      live: rules.live,
      checkedAt: instantOf(globalStatus.evaluationDateTime) ?? now.toISOString(),
    },
  };
}

function toChecks({ identity, portraitHasErrors }: GipsAnswer, rules: MappingRules): Check[] {
  const document = lastDocument(identity);
  const { portrait, globalStatus } = identity;
  const found = [
    ...(document ? documentChecks(document) : []),
    ...(portrait ? portraitChecks({ portrait, hasErrors: portraitHasErrors }, rules.livenessByStatus) : []),
  ];
  const checks = CHECK_KINDS.map((kind) => found.find((check) => check.kind === kind) ?? missing(kind));
  if (!rules.settledStatuses.includes(globalStatus.status)) return reopened(checks, 'partner_answer_unknown');
  const assured = ASSURANCE.indexOf(globalStatus.levelOfAssurance ?? '') >= ASSURANCE.indexOf(rules.minimumAssurance);
  // A low level beside a failed check is its consequence; beside good checks only, it contradicts them.
  return assured || checks.some(isOpenOrFailed) ? checks : reopened(checks, 'partner_undecided');
}

const missing = (kind: CheckKind): Check =>
  notRun(kind, SUPPORTED_CHECKS.includes(kind) ? 'data_missing' : 'not_supported_by_provider');

/** Documents stand in the order in which they were given; the last one counts, as in IDEMIA's own samples. */
const lastDocument = ({ idDocuments }: DetailedIdentity): IdentityDocument | undefined => idDocuments?.at(-1);

function attributesOf({ idDocumentData }: IdentityDocument): IdentityAttributes {
  const { surname, givenNames, dateOfBirth } = idDocumentData?.personalAttributes ?? {};
  const givenName = givenNames?.map(({ value }) => value).join(' ');
  return {
    ...(givenName && { givenName }),
    ...(surname && { familyName: surname.value }),
    ...(dateOfBirth && { birthDate: dateOfBirth.value }),
  };
}

function factsOf({ idDocumentData }: IdentityDocument): DocumentFacts {
  const { idDocumentNumber, issuingCountry } = idDocumentData ?? {};
  return { ...(issuingCountry && { issuingCountry }), ...(idDocumentNumber && { number: idDocumentNumber }) };
}

/** Their times have no zone; they are read as UTC. */
function instantOf(text: string | null | undefined): string | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:\d{2})?$/.exec(text ?? '');
  if (!parts) return undefined;
  const at = new Date(`${parts[1]}${parts[2] ?? 'Z'}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
