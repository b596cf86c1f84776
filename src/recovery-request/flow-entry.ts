import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { countBrowser } from '../flow-session/browser-figures.js';
import { browserKind } from '../flow-session/browser-kind.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import { FLOW_COOKIE, readCookie, setSecretCookie } from '../flow-session/cookies.js';
import { FLOW_ABSOLUTE_SECONDS, FlowSessions, type FlowSession } from '../flow-session/flow-sessions.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { spokenLanguageOf } from '../platform/language/page-language.js';
import { SourceLimits } from '../platform/limits/source-limits.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { RecoveryLinks } from './recovery-links.js';
import { WaysIn } from './ways-in.js';

interface Exchange {
  request: Request;
  reply: Reply;
}

/** Lets in a browser that comes with a link, and stops a case for the reader of its link. */
@Injectable()
export class FlowEntry {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly links: RecoveryLinks,
    private readonly flows: FlowSessions,
    private readonly captures: CaptureBindings,
    private readonly sources: SourceLimits,
    private readonly metrics: Metrics,
    private readonly ways: WaysIn,
  ) {}

  /**
   * Exchanges the link for a page session: the first browser wins (T21). A browser that already holds the session
   * of this case gets it again. @throws Problem link_not_usable – one answer for every kind of dead link
   */
  async start(linkToken: string, exchange: Exchange): Promise<RecoveryCase & { flow: FlowSession }> {
    const outcome = await this.database.transaction(async (tx) => {
      const link = await this.links.find(tx, linkToken);
      if (!link?.usable) return this.reopen(tx, { link, exchange });
      const recoveryCase = await this.cases.lock(tx, link.caseId);
      const way = recoveryCase && (await this.ways.find(tx, { recoveryCase, request: exchange.request }));
      // Somebody who does not get in does not use the link up: it may be in the right hands next.
      if (!recoveryCase || !way || !(await this.links.consume(tx, link.id))) return undefined;
      const entered = await this.ways.enter(tx, recoveryCase, way);
      if (!entered) return undefined;
      await this.flows.endAll(tx, entered.id);
      const language = spokenLanguageOf(exchange.request);
      const browser = browserKind(exchange.request.headers['user-agent']);
      const session = await this.flows.open(tx, { caseId: entered.id, language, browser });
      setSecretCookie(exchange.reply, {
        name: FLOW_COOKIE,
        value: session.secret,
        maxAgeSeconds: FLOW_ABSOLUTE_SECONDS,
      });
      await this.captures.prepare(tx, exchange, { caseId: entered.id, bound: way === 'resume' });
      tx.onCommit(() => countBrowser(this.metrics, 'started', exchange.request.headers));
      const { sessionId } = session;
      return { ...entered, flow: { sessionId, caseId: entered.id, endsInSeconds: FLOW_ABSOLUTE_SECONDS } };
    });
    if (!outcome) await this.sources.take('secret_guess_per_source', exchange.request.ip);
    if (!outcome) throw new Problem('link_not_usable');
    return outcome;
  }

  /** "I did not ask for this", from the landing page: the link itself is the authority, and it can only stop. */
  async repudiate(linkToken: string): Promise<RecoveryCase> {
    return this.database.transaction(async (tx) => {
      const link = await this.links.find(tx, linkToken);
      if (!link?.usable) throw new Problem('link_not_usable');
      const { caseId } = link;
      const stopped = await this.cases.transition(tx, {
        caseId,
        name: 'cancel',
        actor: APPLICANT,
        reason: 'repudiated',
      });
      if (!stopped) throw new Problem('link_not_usable');
      await this.links.killAll(tx, caseId);
      await this.flows.endAll(tx, caseId);
      return stopped;
    });
  }

  /** A used link in the browser that used it is a refreshed page; anywhere else it is somebody else (T21). */
  private async reopen(
    tx: Transaction,
    entry: { link: { caseId: string; used: boolean } | undefined; exchange: Exchange },
  ): Promise<(RecoveryCase & { flow: FlowSession }) | undefined> {
    const { link, exchange } = entry;
    if (!link) return undefined;
    const session = await this.flows.touch(tx, readCookie(exchange.request, FLOW_COOKIE));
    const known = session?.caseId === link.caseId ? await this.cases.find(tx, link.caseId) : undefined;
    if (session && known) return { ...known, flow: session };
    if (link.used) await this.noteSecondBrowser(tx, link.caseId);
    return undefined;
  }

  /** Said once in a while: the trail is for reading, not for filling up. */
  private async noteSecondBrowser(tx: Transaction, caseId: string): Promise<void> {
    const lately = await tx.maybeOne<{ id: string }>`SELECT id FROM audit_events WHERE chain_id = ${caseId}
      AND type = 'flow.second_browser_refused' AND occurred_at > clock_timestamp() - interval '10 minutes' LIMIT 1`;
    if (!lately) await appendAudit(tx, { chainId: caseId, type: 'flow.second_browser_refused', actor: APPLICANT });
  }
}
