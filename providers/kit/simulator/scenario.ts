import { createHash } from 'node:crypto';
/**
 * How a simulated partner behaves for one session. Three families: how the verification ends, what the network and the
 * partner's front door do, and what goes wrong with pushes. A partner without pushes ignores the last family.
 */
const ENDINGS = [
  'pass',
  'review',
  'cancelled',
  'expired',
  'failed',
  'unknown_status',
  'unknown_result',
  /** Passes, but from the partner's test environment. */
  'test_mode',
  /** Passes with another nonce, or state, than ours. */
  'wrong_nonce',
  /** Answers with another session's id. */
  'wrong_session',
  /** Passes for a document that is somebody else's. */
  'wrong_person',
] as const;
const TIMINGS = ['slow', 'late'] as const;
const TRANSPORTS = ['rate_limited', 'outage', 'reset', 'hang', 'hang_accepted'] as const;
/** Passes, and what it says about it cannot be read. */
const GARBLED = ['garbage', 'huge', 'wrong_content_type'] as const;
const PUSHES = ['duplicate', 'late_push', 'out_of_order', 'bad_signature', 'replay', 'early_push', 'no_push'] as const;

export const SCENARIO_NAMES = [...ENDINGS, ...TIMINGS, ...TRANSPORTS, ...GARBLED, ...PUSHES] as const;

/** Check kinds that a scenario can let fail. Not imported: a simulator shares no code with the adapters. */
export const FAILABLE_KINDS = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'reference_portrait_match',
  'presentation_attack',
  'injection_attack',
  'data_match',
] as const;
export type FailableKind = (typeof FAILABLE_KINDS)[number];
export type ScenarioName = (typeof SCENARIO_NAMES)[number] | `fail:${FailableKind}`;

/** Members left out are taken from the account's record or from the simulator's own person. */
export interface SimulatedIdentity {
  givenName?: string;
  familyName?: string;
  /** ISO 8601 calendar date, as `expiryDate`. */
  birthDate?: string;
  /** ISO 3166-1 alpha-3, as `issuingCountry`. */
  nationality?: string;
  documentNumber?: string;
  documentType?: string;
  issuingCountry?: string;
  expiryDate?: string;
}

export interface Scenario {
  scenario: ScenarioName;
  /** How long the partner takes. Default 0; for `slow` the partner's own; without it, `late` waits to be told. */
  delaySeconds?: number;
  /** What the document says instead. */
  identity?: SimulatedIdentity;
}

/** How a session ended, once and for ever. */
export interface Decision {
  scenario: ScenarioName;
  /** The check that fails, when one does. */
  failing: FailableKind | undefined;
  identity: Required<SimulatedIdentity>;
  decidedAt: Date;
}

export const FICTIONAL: Required<SimulatedIdentity> = {
  givenName: 'Erika',
  familyName: 'Sandbox',
  birthDate: '1990-01-01',
  nationality: 'UTO',
  documentNumber: 'SANDBOX00',
  documentType: 'passport',
  issuingCountry: 'UTO',
  expiryDate: '2099-12-31',
};
const SOMEBODY_ELSE = { givenName: 'Somebody', familyName: 'Else', birthDate: '1959-12-31' };
const LAPSED = '2019-06-30';

export function isScenarioName(text: unknown): text is ScenarioName {
  if (typeof text !== 'string') return false;
  if (text.startsWith('fail:')) return (FAILABLE_KINDS as readonly string[]).includes(text.slice('fail:'.length));
  return (SCENARIO_NAMES as readonly string[]).includes(text);
}

/** Whether the partner decides by itself under this scenario, with nobody on its page. */
export function decidesAlone({ scenario }: Scenario): boolean {
  return scenario !== 'early_push' && !(TRANSPORTS as readonly string[]).includes(scenario);
}

export const isGarbled = (name: ScenarioName): boolean => (GARBLED as readonly string[]).includes(name);

/** Everybody has a document of their own, the same one each time; the simulator's own person keeps theirs. */
function numberOf({ givenName, familyName, birthDate }: Required<SimulatedIdentity>): string {
  const who = [givenName, familyName, birthDate].join('|');
  if (who === [FICTIONAL.givenName, FICTIONAL.familyName, FICTIONAL.birthDate].join('|'))
    return FICTIONAL.documentNumber;
  return `S${createHash('sha256').update(who).digest('hex').slice(0, 8).toUpperCase()}`;
}

const WHO = ['givenName', 'familyName', 'birthDate'] as const;

/** The account's identity with what a scenario says instead. Somebody else, as a scenario may name them, has another document. */
export function shownIdentity(account: SimulatedIdentity, instead: SimulatedIdentity = {}): SimulatedIdentity {
  const another = WHO.some((member) => instead[member] !== undefined && instead[member] !== account[member]);
  return { ...account, ...(another && { documentNumber: undefined }), ...instead };
}

export function decisionOf(scenario: ScenarioName, identity: SimulatedIdentity, decidedAt: Date): Decision {
  const failing = scenario.startsWith('fail:') ? (scenario.slice('fail:'.length) as FailableKind) : undefined;
  const said = { ...FICTIONAL, ...identity };
  const another = failing === 'data_match' || scenario === 'wrong_person';
  if (another) Object.assign(said, SOMEBODY_ELSE);
  if (failing === 'document_expiry') said.expiryDate = LAPSED;
  said.documentNumber = (another ? undefined : identity.documentNumber) ?? numberOf(said);
  return { scenario, failing, identity: said, decidedAt };
}

/** Whether the session ended with a result, whatever it says. */
export const hasResult = ({ scenario }: Decision): boolean =>
  scenario !== 'cancelled' && scenario !== 'expired' && scenario !== 'failed';
