import { hasResult, type Decision, type SimulatedSession } from '../../kit/simulator/index.js';

export type Au10tixSession = SimulatedSession;
export type ResultShape = 'workflow' | 'secureme' | 'bos';

/** What the engine says besides what it read. */
interface Finding {
  primary: number;
  processing: number[];
  risk: number[];
  forgery: string;
  face: number;
  liveness: string;
  injection: string;
  consistency: string;
}

const CLEAN: Finding = {
  primary: 0,
  processing: [0],
  risk: [],
  forgery: 'Authentic',
  face: 0,
  liveness: 'Live',
  injection: 'NotDetected',
  consistency: 'Consistent',
};

/** What differs from a clean finding, by the failing check. */
const FAILING: Readonly<Record<string, Partial<Finding>>> = {
  document_authenticity: { primary: 70, processing: [20], forgery: 'Forged' },
  document_expiry: { primary: 40, processing: [0, 100], risk: [0] },
  document_data_consistency: { primary: 40, processing: [0, 140], consistency: 'Inconsistent' },
  face_match: { primary: 40, risk: [10], face: 20 },
  presentation_attack: { primary: 40, risk: [1210], liveness: 'Spoof' },
  injection_attack: { primary: 40, risk: [1480], injection: 'Detected' },
};

/** What differs by the scenario. */
const SCENARIOS: Readonly<Record<string, Partial<Finding>>> = {
  review: { primary: 20, processing: [40], forgery: 'NotRelevant' },
  failed: { primary: 100, processing: [200], forgery: 'NotRelevant', face: 40 },
  unknown_status: { primary: 999 },
  unknown_result: {
    processing: [0, 98_765],
    forgery: 'RatherAuthentic',
    face: 777,
    liveness: 'RatherLive',
    injection: 'RatherNot',
    consistency: 'Rather',
  },
};

/** AU10TIX has no word for people who left or were too late: their result never comes. */
export function hasEndedWithResult({ decision }: Au10tixSession): boolean {
  return decision !== undefined && (hasResult(decision) || decision.scenario === 'failed');
}

export function resultDocument(
  session: Au10tixSession,
  told: { shape: ResultShape; referenceResultPath?: string; externalIdPath?: string },
): Record<string, unknown> {
  const { decision } = session;
  if (!decision) throw new RangeError('this session has no result');
  const finding = findingOf(decision);
  const report = reportOf(decision, finding);
  const body = wrapped(report, finding, told.shape);
  if (told.referenceResultPath) place(body, told.referenceResultPath, session.reference);
  const id = decision.scenario === 'wrong_session' ? [...session.id].reverse().join('') : session.id;
  if (told.externalIdPath) place(body, told.externalIdPath, id);
  return body;
}

function findingOf({ scenario, failing }: Decision): Finding {
  return { ...CLEAN, ...SCENARIOS[scenario], ...(failing && FAILING[failing]) };
}

function wrapped(report: Record<string, unknown>, finding: Finding, shape: ResultShape): Record<string, unknown> {
  if (shape === 'bos') return report;
  if (shape === 'secureme') return { resultData: report };
  return { verificationResults: { idv: { payload: { ProcessingReport: report }, remarks: finding.processing } } };
}

/** Names of the simulator's own, as no public source lists AU10TIX'; none of them is a word of this product. */
const DOCUMENT_NAMES: Readonly<Record<string, string>> = {
  passport: 'Simulated Passport',
  identity_card: 'Simulated Identity Card',
  driving_licence: 'Simulated Driving License',
  residence_permit: 'Simulated Residence Permit',
};

export const calledHere = (documentType: string): string => DOCUMENT_NAMES[documentType] ?? 'Simulated Document';

/** What a customer with such a tenant would configure. */
export const DOCUMENT_TYPES = Object.entries(DOCUMENT_NAMES)
  .map(([type, name]) => `${name}=${type}`)
  .join(', ');

function reportOf({ identity, decidedAt }: Decision, finding: Finding): Record<string, unknown> {
  const read = (value: string) => ({ Value: value, DataSource: 1 });
  return {
    CompletionStatus: 0,
    CompletionTime: decidedAt.toISOString(),
    DocumentStatusReport2: {
      PrimaryProcessingResult: finding.primary,
      ProcessingResultRemarks: finding.processing,
      RiskManagementRemarks: finding.risk,
    },
    FaceComparisonReport: { CompletionStatus: finding.face },
    LivenessReport: { Result: finding.liveness },
    CaptureReport: { Injection: finding.injection },
    ConsistencyReport: { Result: finding.consistency },
    ProcessingResult: {
      DocumentTypeDescriptor: { CountryIso3: identity.issuingCountry, DocumentType: calledHere(identity.documentType) },
      DocumentData2: {
        FirstName: read(identity.givenName),
        LastName: read(identity.familyName),
        DateOfBirth: read(identity.birthDate),
        DocumentNumber: read(identity.documentNumber),
        DateOfExpiry: read(identity.expiryDate),
      },
      ForgeryTests: [
        { ForgerySubtype: 'Simulated', TestResult: finding.forgery },
        { ForgerySubtype: 'SimulatedBarcode', TestResult: 'NotRelevant' },
      ],
      OverallQuality: 'Acceptable',
    },
    RiskManagementReport: {
      EffectiveConclusion: { Reasons: { RiskManagementRemarks: finding.risk } },
    },
  };
}

function place(body: Record<string, unknown>, path: string, text: string): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let here = body;
  for (const name of names) here = here[name] = (here[name] ?? {}) as Record<string, unknown>;
  here[last] = text;
}
