import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM, type Actor } from '../../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../../flow-session/capture-bindings.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Request } from '../../platform/http/request-context.js';
import { announce } from '../../recovery-case/case-events.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

interface StrayArrival {
  provider: string;
  /** What stands in the return address for the one-time state. */
  state: string;
  request: Request;
}

/** A browser that is in no flow of ours; it names nobody. */
const OTHER_BROWSER: Actor = { kind: 'applicant', id: 'other_browser' };

/**
 * Notes that a browser came back from a partner which is not the one that did the capture (T33). It had the session's
 * one-time state, so the partner's page was used there. From then on a return of the browser that started proves
 * nothing, whichever came first, and an address on file must confirm. The browser learns nothing of this. Anybody can
 * call this: a text that is no state costs nothing, any other text costs one look-up, and a session is written to once.
 * There is no limit per source, because a page that calls us often enough could use it up in the victim's own browser.
 */
@Injectable()
export class StrayReturns {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly captures: CaptureBindings,
  ) {}

  /** Notes an arrival in the wrong browser; does nothing for any other. */
  async note(arrival: StrayArrival): Promise<void> {
    const digests = this.secrets.returnStateDigests(arrival.state);
    if (digests.length === 0) return;
    const session = await this.database.read((tx) => this.find(tx, arrival, digests));
    if (session) await this.database.transaction((tx) => this.keep(tx, session));
  }

  private async find(
    tx: Transaction,
    arrival: StrayArrival,
    digests: readonly Buffer[],
  ): Promise<VerificationSession | undefined> {
    const session = await this.sessions.findByReturnState(tx, digests);
    if (!session || session.provider !== arrival.provider || session.strayedAt !== null) return undefined;
    if (!this.isProvenByReturn(session)) return undefined;
    const { caseId, attempt } = session;
    const boundBrowser = await this.captures.boundBrowser(tx, { caseId, attempt, request: arrival.request });
    return boundBrowser === 'this_browser' ? undefined : session;
  }

  /** A partner whose page belongs on another device says nothing by coming back there. */
  private isProvenByReturn({ provider }: VerificationSession): boolean {
    const sameDevice = this.registry.get(provider)?.capabilities.sameDevice;
    return sameDevice === 'return' || sameDevice === 'code';
  }

  private async keep(tx: Transaction, { id, caseId, attempt, provider }: VerificationSession): Promise<void> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (!recoveryCase || recoveryCase.closedAt !== null || recoveryCase.attempt !== attempt) return;
    const strayed = await tx.maybeOne<VerificationSession>`
      UPDATE verification_sessions SET strayed_at = clock_timestamp()
      WHERE id = ${id} AND strayed_at IS NULL AND state IN ('open', 'collecting', 'reported') RETURNING *`;
    if (!strayed) return;
    const data = { sessionId: id, provider, attempt, returned: strayed.returnedAt !== null };
    await appendAudit(tx, { chainId: caseId, type: 'verification.browser_strayed', actor: OTHER_BROWSER, data });
    await announce(tx, 'verification.browser_strayed', { payload: { ...refOf(strayed) } });
    // Without a return the approval stands on something else, and this takes nothing away from it.
    if (strayed.returnedAt === null) return;
    const onlyFrom = ['approved'] as const;
    const reason = 'browser_strayed' as const;
    await this.cases.transition(tx, { caseId, attempt, name: 'reconsider', onlyFrom, reason, actor: SYSTEM });
  }
}
