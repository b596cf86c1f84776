import type { OutboxPayload } from '../../../src/platform/outbox/outbox.js';
import type { CaseEvent } from '../../../src/recovery-case/case-events.js';
import { POLICY_ID, type FaultRig } from '../rig/fault-rig.js';
import type { Person } from '../rig/person.js';

type Ask = (rig: FaultRig, over: Person) => Promise<void>;

/** Announces an event about somebody whose recovery is over. */
const announced =
  (
    event: CaseEvent,
    payload: (about: { caseId: string; subjectId: string; sessionId: string }) => OutboxPayload,
  ): Ask =>
  async ({ database }, { caseId, identity: { subjectId } }) =>
    database.transaction(async (tx) => {
      const { id: sessionId } = await tx.one<{
        id: string;
      }>`SELECT id FROM verification_sessions WHERE case_id = ${caseId} ORDER BY created_at LIMIT 1`;
      const members = JSON.stringify(payload({ caseId, subjectId, sessionId }));
      await tx.run`INSERT INTO outbox (event, payload) VALUES (${event}, ${members}::jsonb)`;
    });

/**
 * How each kind of work is asked for that no recovery with a partner comes by. A self-service start and a rehearsal are real
 * ones; the others find a case with nothing left to do, so that what is shown is that dying in them harms nothing.
 */
export const BESIDE: Readonly<Record<string, Ask>> = {
  'open-requested-case': async (rig) => {
    const [somebody] = await rig.newPeople(1);
    const response = await fetch(`${rig.deployment.url}/v1/recovery-requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: somebody?.identity.login }),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`a self-service start was answered ${response.status}`);
  },
  rehearse: async (rig) => {
    await rig.database.transaction(
      (tx) => tx.run`UPDATE rehearsals SET state = 'cancelled', ended_at = clock_timestamp() WHERE state = 'running'`,
    );
    (await rig.staff.post(`/v1/policies/${POLICY_ID}/rehearsals`, {})).expect(201);
  },
  'submit-verification': announced('verification.session_pending', ({ caseId, sessionId }) => ({
    caseId,
    attempt: 1,
    sessionId,
  })),
  'settle-surplus': announced('verification.surplus_due', ({ caseId, sessionId }) => ({
    caseId,
    attempt: 1,
    sessionId,
  })),
  'release-hold': announced('case.hold_due', ({ caseId }) => ({ caseId })),
  'expire-case': announced('case.expiry_due', ({ caseId }) => ({ caseId })),
  'deliver-code': announced('recovery_code.requested', ({ caseId }) => ({ caseId, attempt: 1 })),
  'tell-account': announced('subject.contacts_changed', ({ subjectId }) => ({ subjectId })),
};
