import type { AuditEvent } from '../../src/audit-trail/audit-event-view.js';
import type { AuditVerification } from '../../src/audit-trail/verification.js';
import type { AuditPage } from '../../web/console/templates/audit-view.js';

const CHAIN = 'rc_01jd4z6w3v0000000000000000';

const event = (seq: number, of: Pick<AuditEvent, 'type' | 'actor' | 'data'>): AuditEvent => ({
  id: `evt_01jd4z6w3v000000000000000${seq}`,
  chainId: CHAIN,
  seq,
  occurredAt: `2026-11-22T10:0${seq}:05.678Z`,
  ...of,
});
const ROWS: readonly AuditEvent[] = [
  event(4, {
    type: 'review.voted',
    actor: { kind: 'person', id: 'rita.reviewer@example.org' },
    data: { attempt: 1, outcome: 'approve', reasonCode: 'same_person' },
  }),
  event(3, {
    type: 'decision.made',
    actor: { kind: 'system', id: 'regain' },
    data: { attempt: 1, verdict: 'refer', reasons: ['faces_similar_unsure', 'reviewer_needed'] },
  }),
  event(2, {
    type: 'case.started',
    actor: { kind: 'applicant', id: 'applicant' },
    data: { state: 'awaiting_evidence' },
  }),
  event(1, { type: 'case.opened', actor: { kind: 'api_key', id: 'key_01jd4z6w3v' }, data: {} }),
];

const VERIFIED: AuditVerification = {
  intact: true,
  rows: 48_211,
  chains: 1_904,
  checkpoints: 233,
  macsAfterCheckpoint: 12,
  rowsWithoutMac: 0,
  firstFault: null,
};

const PAGE: AuditPage = { screen: 'audit', rows: ROWS, fields: {}, wrong: [] };
const FIRST_FAULT = { kind: 'row_changed', chainId: CHAIN, seq: 3 } as const;
const UNRECORDED = { kind: 'passkey_unrecorded', chainId: CHAIN, seq: 0, eventId: 'pk_1' } as const;

/** The auditors' page in every state that looks different. */
export const AUDIT_PAGES: Readonly<Record<string, AuditPage>> = {
  audit: { ...PAGE, olderCursor: 'evt_0' },
  'audit-narrowed': {
    ...PAGE,
    rows: ROWS.slice(0, 1),
    fields: { chain: CHAIN, type: 'review.voted', from: '2026-11-22', actorOf: 'evt_4', cursor: 'evt_9' },
    actor: { kind: 'person', id: 'rita.reviewer@example.org' },
  },
  'audit-empty': { ...PAGE, rows: [], fields: { type: 'policy.deleted' } },
  'audit-none-here': { ...PAGE, rows: [], fields: { type: 'policy.deleted' }, olderCursor: 'evt_0' },
  'audit-nobody': { ...PAGE, rows: [], fields: { actorOf: 'evt_9' } },
  'audit-wrong': { ...PAGE, rows: [], fields: { chain: 'a b', from: '22.11.2026' }, wrong: ['chain', 'from'] },
  'audit-intact': { ...PAGE, verified: { ...VERIFIED, rowsWithoutMac: 310 } },
  'audit-broken': { ...PAGE, verified: { ...VERIFIED, intact: false, firstFault: FIRST_FAULT } },
  'audit-unrecorded': { ...PAGE, verified: { ...VERIFIED, intact: false, firstFault: UNRECORDED } },
  'audit-too-long': { ...PAGE, verified: 'too_long' },
};
