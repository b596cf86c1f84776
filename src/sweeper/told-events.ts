import { SEND_NOTICES_JOB } from '../notification/notification.jobs.js';
import type { Routes } from '../platform/outbox/outbox-relay.js';
import { CASE_EVENTS, type CaseEvent } from '../recovery-case/case-events.js';

/** An event that is told to every address on file. */
export interface ToldEvent {
  event: CaseEvent;
  kind: string;
  /** Told again in each attempt, and not once of the case. */
  eachAttempt: boolean;
}

/** Members that some event carries; what they are does not matter. */
const ANY_PAYLOAD = { caseId: 'x', attempt: 1 };

/** What the pipeline sends notices of: the sweeper looks for no other and for no fewer. */
export function toldEvents(routes: Routes): ToldEvent[] {
  return CASE_EVENTS.flatMap((event) =>
    routes(event, ANY_PAYLOAD)
      .filter(({ contract }) => contract.name === SEND_NOTICES_JOB.name)
      .map(({ payload }) => ({ event, kind: String(payload.kind), eachAttempt: 'attempt' in payload })),
  );
}
