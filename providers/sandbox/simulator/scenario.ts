import type { PartnerCheck, SandboxIdentity, Verdict } from './types.js';

/** Check kind, as a scenario is given in → this partner's name, and what it says when that check fails. */
const CHECKS: Readonly<Record<string, { name: string; reason: string }>> = {
  document_authenticity: { name: 'document.genuine', reason: 'not_genuine' },
  document_expiry: { name: 'document.in_date', reason: 'out_of_date' },
  document_data_consistency: { name: 'document.consistent', reason: 'contradicts_itself' },
  face_match: { name: 'face.document', reason: 'other_person' },
  reference_portrait_match: { name: 'face.enrolment', reason: 'other_person' },
  presentation_attack: { name: 'face.present', reason: 'not_a_live_person' },
  injection_attack: { name: 'face.camera', reason: 'not_a_real_camera' },
};

/** This partner compares nothing with a record: a failing data match is a document of somebody else. */
const SOMEBODY_ELSE: SandboxIdentity = { givenName: 'Somebody', familyName: 'Else', birthDate: '1959-12-31' };
const LAPSED = '2019-06-30';

const NAMES = [
  'pass',
  'review',
  'slow',
  'late',
  'duplicate',
  'garbage',
  'outage',
  'cancelled',
  'expired',
  'failed',
  'early_push',
  'wrong_nonce',
  'test_mode',
  'unknown_status',
  'unknown_outcome',
] as const;

export const FAILABLE_CHECKS: readonly string[] = [...Object.keys(CHECKS), 'data_match'];
export type ScenarioName = (typeof NAMES)[number] | `fail:${string}`;

/** How the partner behaves for one session. */
export interface Scenario {
  scenario: ScenarioName;
  /** How long the partner takes. Default 0; for `slow` see the partner's options; without it, `late` waits to be told. */
  delaySeconds?: number;
  /** What the document says instead of the default identity. */
  identity?: SandboxIdentity;
}

export function isScenarioName(text: unknown): text is ScenarioName {
  if (typeof text !== 'string') return false;
  if (text.startsWith('fail:')) return FAILABLE_CHECKS.includes(text.slice('fail:'.length));
  return (NAMES as readonly string[]).includes(text);
}

/** What the partner says at the end of a scenario about somebody whose document carries `identity`. */
export function verdictOf(name: ScenarioName, identity: SandboxIdentity, decidedAt: Date): Verdict {
  const dress = name === 'wrong_nonce' || name === 'test_mode' ? name : 'genuine';
  if (name === 'cancelled' || name === 'expired' || name === 'failed') {
    return { status: name, dress, checks: [], decidedAt };
  }
  const failing = name.startsWith('fail:') ? name.slice('fail:'.length) : undefined;
  const checks = Object.entries(CHECKS).map(([kind, { name: check, reason }]): PartnerCheck => {
    if (kind === failing) return { name: check, outcome: 'refused', reason };
    if (name === 'review' && kind === 'face_match') return { name: check, outcome: 'unsure', reason: 'similar_person' };
    return { name: check, outcome: name === 'unknown_outcome' ? 'mostly_clear' : 'clear' };
  });
  const read = { ...identity };
  if (failing === 'data_match') Object.assign(read, SOMEBODY_ELSE);
  if (failing === 'document_expiry') read.expiryDate = LAPSED;
  return { status: statusOf(name), dress, checks, decidedAt, identity: read };
}

function statusOf(name: ScenarioName): string {
  if (name === 'review') return 'undecided';
  return name === 'unknown_status' ? 'completed_with_notes' : 'completed';
}
