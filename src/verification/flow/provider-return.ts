import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { announce } from '../../recovery-case/case-events.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { refOf } from '../session/verification-session.js';

export interface Arrival {
  provider: string;
  /** Of the flow cookie that came along. */
  caseId: string;
  state: string;
}

/** Reloading the return page does not become a storm of calls to the partner. */
const QUIET_SECONDS = 2;

/**
 * A browser came back from a partner (T35, T36). Whatever its query says, the only effect is one more look at the
 * session – and only for the browser whose case it is, with the state this session was sent out with.
 */
@Injectable()
export class ProviderReturn {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
  ) {}

  async comeBack(arrival: Arrival): Promise<void> {
    const digests = this.secrets.returnStateDigests(arrival.state);
    if (digests.length === 0) return;
    await this.database.transaction(async (tx) => {
      const session = await this.sessions.findByReturnState(tx, digests);
      if (!session || session.caseId !== arrival.caseId || session.provider !== arrival.provider) return;
      const rows = await tx.run`UPDATE verification_sessions SET updated_at = clock_timestamp()
        WHERE id = ${session.id} AND state IN ('open', 'collecting')
          AND updated_at < clock_timestamp() - make_interval(secs => ${QUIET_SECONDS})`;
      if (rows === 1) await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
    });
  }
}
