/** Everything the audit trail can say. Data beside a type holds codes and ids, never a person's attributes. */
export const AUDIT_EVENT_TYPES = [
  'case.opened',
  'case.authorized',
  'case.started',
  'case.submitted',
  'case.waiting_for_provider',
  'case.evidence_requested_again',
  'case.reported',
  'case.referred',
  'case.held',
  'case.confirmation_requested',
  'case.confirmation_refused',
  'case.confirmed',
  'case.approved',
  'case.denied',
  'case.evaluation_finished',
  'case.completed',
  'case.expired',
  'case.cancelled',
  'link.requested',
  'link.issued',
  'link.sent',
  'flow.second_browser_refused',
  'flow.resumed',
  'call_code.confirmed',
  'call_code.refused',
  'consent.recorded',
  'document.chosen',
  'evidence.accepted',
  'evidence.rejected',
  'verification.session_created',
  'verification.session_failed',
  'verification.session_abandoned',
  'verification.push_matched',
  'verification.browser_returned',
  'verification.result_refused',
  'verification.late_result_ignored',
  'decision.made',
  'review.evidence_viewed',
  'review.voted',
  'token.issued',
  'token.refused',
  'token.replayed',
  'passkey.registered',
  'passkey.removed',
  'passkey.frozen',
  'sessions.ended',
  'notice.sent',
  'notice.repudiated',
  'erasure.completed',
  'subject.created',
  'subject.changed',
  'proofing_record.changed',
  'policy.created',
  'policy.changed',
  'policy.deleted',
  'api_key.created',
] as const;
export type AuditEventType = (typeof AUDIT_EVENT_TYPES)[number];

/** Who did it. `applicant` is a browser in the flow; it names nobody. */
export interface Actor {
  kind: 'person' | 'api_key' | 'applicant' | 'system' | 'provider';
  id: string;
}

export const SYSTEM: Actor = { kind: 'system', id: 'regain' };
export const APPLICANT: Actor = { kind: 'applicant', id: 'applicant' };
