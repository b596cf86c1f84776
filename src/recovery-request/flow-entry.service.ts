import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { countBrowser } from '../flow-session/browser-figures.js';
import { browserKind } from '../flow-session/browser-kind.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import { FLOW_COOKIE, readCookie, setSecretCookie } from '../flow-session/cookies.js';
import { FLOW_ABSOLUTE_SECONDS, FlowSessions, type FlowSession } from '../flow-session/flow-sessions.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { newDigits } from '../platform/ids/ids.js';
import { SourceLimits } from '../platform/limits/source-limits.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { Policies } from '../policy/policies.js';
import { targetOf } from '../recovery-case/case-transitions.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { NOTICE_VERSION, noticeSha256, privacyNotice } from './privacy-notice/index.js';
import { NoticeFacts } from './privacy-notice/notice-facts.js';
import { RecoveryLinks } from './recovery-links.js';

interface Exchange {
  request: Request;
  reply: Reply;
}

type WayIn = 'start' | 'resume' | 'rejoin' | 'recapture';

/** From the link to an agreed, bound browser: what happens before anything is collected. */
@Injectable()
export class FlowEntryService {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly links: RecoveryLinks,
    private readonly flows: FlowSessions,
    private readonly captures: CaptureBindings,
    private readonly keys: CaseKeys,
    private readonly sources: SourceLimits,
    private readonly noticeFacts: NoticeFacts,
    private readonly policies: Policies,
    private readonly metrics: Metrics,
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
      const way = recoveryCase && (await this.wayIn(tx, { recoveryCase, request: exchange.request }));
      // Somebody who does not get in does not use the link up: it may be in the right hands next.
      if (!recoveryCase || !way || !(await this.links.consume(tx, link.id))) return undefined;
      const entered = await this.enter(tx, recoveryCase, way);
      if (!entered) return undefined;
      await this.flows.endAll(tx, entered.id);
      const language = languageOf(exchange.request);
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
      return { ...entered, flow: { sessionId, caseId: entered.id, language, endsInSeconds: FLOW_ABSOLUTE_SECONDS } };
    });
    if (!outcome) await this.sources.take('secret_guess_per_source', exchange.request.ip);
    if (!outcome) throw new Problem('link_not_usable');
    return outcome;
  }

  /** Records the answer to the notice. Nothing can be captured before an agreement is stored (T78). */
  async consent(caseId: string, entry: { noticeVersion: string; agreed: boolean; language: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, caseId);
      if (recoveryCase?.state !== 'awaiting_evidence') throw new Problem('wrong_state');
      if (entry.noticeVersion !== NOTICE_VERSION)
        throw new Problem('version_conflict', { detail: 'The notice has changed. Load the page again.' });
      if (recoveryCase.channel === 'relay' && !recoveryCase.callConfirmedAt)
        throw new Problem('wrong_state', { detail: 'Read the code to the person helping you first.' });
      const notice = privacyNotice(entry.language, await this.noticeFacts.ofCase(tx, recoveryCase));
      await tx.run`INSERT INTO consents (case_id, consented_at, notice_version, language, notice_sha256, agreed)
        VALUES (${caseId}, clock_timestamp(), ${notice.version}, ${notice.language}, ${noticeSha256(notice)}, ${entry.agreed})`;
      await appendAudit(tx, {
        chainId: caseId,
        type: 'consent.recorded',
        actor: APPLICANT,
        data: { agreed: entry.agreed, noticeVersion: notice.version, language: notice.language },
      });
    });
    if (entry.agreed) this.metrics.flowSteps.inc({ step: 'consented' });
    else this.metrics.flowEvents.inc({ event: 'consent_declined' });
  }

  /** The person stops it, from the flow. */
  async stop(caseId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const stopped = await this.cases.transition(tx, {
        caseId,
        name: 'cancel',
        actor: APPLICANT,
        reason: 'stopped_by_applicant',
      });
      if (!stopped) throw new Problem('wrong_state');
      await this.links.killAll(tx, caseId);
    });
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

  /** A new case starts; one under way goes on in the bound browser, and another browser has to capture again. */
  private async wayIn(
    tx: Transaction,
    entry: { recoveryCase: RecoveryCase; request: Request },
  ): Promise<WayIn | undefined> {
    const { recoveryCase, request } = entry;
    const { id: caseId, state, attempt } = recoveryCase;
    if (state === 'link_sent') return 'start';
    const binding = await this.captures.boundBrowser(tx, { caseId, attempt, request });
    if (binding === 'this_browser') return 'resume';
    if (binding === 'none') return 'rejoin';
    if (!targetOf(state, 'recapture')) return undefined;
    return (await this.policies.attemptsLeft(tx, recoveryCase)) > 0 ? 'recapture' : undefined;
  }

  private async enter(tx: Transaction, recoveryCase: RecoveryCase, way: WayIn): Promise<RecoveryCase | undefined> {
    const { id: caseId, attempt, channel } = recoveryCase;
    if (way === 'resume' || way === 'rejoin') {
      await appendAudit(tx, {
        chainId: caseId,
        type: 'flow.resumed',
        actor: APPLICANT,
        data: { attempt, bound: way === 'resume' },
      });
    } else {
      const reason =
        channel === 'relay' ? 'waiting_for_call_code' : way === 'recapture' ? 'capture_to_be_repeated' : undefined;
      const moved = await this.cases.transition(tx, { caseId, name: way, actor: APPLICANT, attempt, reason });
      if (!moved) return undefined;
    }
    // The call is bound to one browser: any other one has a code of its own to read out.
    if (channel === 'relay' && way !== 'resume') await this.giveCallCode(tx, caseId);
    return this.cases.find(tx, caseId);
  }

  /** What an agent has confirmed was another browser's: the help desk is shown that a code is due again (T33). */
  private async giveCallCode(tx: Transaction, caseId: string): Promise<void> {
    const sealed = await this.keys.seal(tx, caseId, { plain: newDigits(4), use: 'call-code' });
    await tx.run`UPDATE recovery_cases SET call_code_sealed = ${sealed}, call_code_tries = 0, call_confirmed_at = NULL,
      state_reason = 'waiting_for_call_code' WHERE id = ${caseId}`;
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

/** The page's language, as the browser asks for it; the templates know which they have. */
function languageOf(request: Request): string {
  return /^[a-z]{2}/i.exec(request.headers['accept-language'] ?? '')?.[0]?.toLowerCase() ?? 'en';
}
