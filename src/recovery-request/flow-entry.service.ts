import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import { FLOW_COOKIE, readCookie, setSecretCookie } from '../flow-session/cookies.js';
import { FLOW_ABSOLUTE_SECONDS, FlowSessions } from '../flow-session/flow-sessions.js';
import { Clock } from '../platform/clock/clock.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { newDigits } from '../platform/ids/ids.js';
import { Limits } from '../platform/limits/limits.js';
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

type WayIn = 'start' | 'resume' | 'recapture';

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
    private readonly limits: Limits,
    private readonly noticeFacts: NoticeFacts,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges the link for a page session: the first browser wins (design.md). A browser that already holds the session
   * of this case gets it again. @throws Problem link_not_usable – one answer for every kind of dead link
   */
  async start(linkToken: string, exchange: Exchange): Promise<RecoveryCase> {
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
      const session = await this.flows.open(tx, { caseId: entered.id, language: languageOf(exchange.request) });
      setSecretCookie(exchange.reply, {
        name: FLOW_COOKIE,
        value: session.secret,
        maxAgeSeconds: FLOW_ABSOLUTE_SECONDS,
      });
      this.captures.prepare({ ...exchange, expiresAt: entered.expiresAt, now: this.clock.now() });
      return entered;
    });
    if (!outcome) await this.refuse(exchange.request);
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
  async repudiate(linkToken: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const link = await this.links.find(tx, linkToken);
      if (!link?.usable) throw new Problem('link_not_usable');
      await this.cases.transition(tx, { caseId: link.caseId, name: 'cancel', actor: APPLICANT, reason: 'repudiated' });
      await this.links.killAll(tx, link.caseId);
      await this.flows.endAll(tx, link.caseId);
    });
  }

  /** A new case starts; one under way goes on in the bound browser, and another browser has to capture again. */
  private async wayIn(
    tx: Transaction,
    entry: { recoveryCase: RecoveryCase; request: Request },
  ): Promise<WayIn | undefined> {
    const { recoveryCase, request } = entry;
    const { id: caseId, state, attempt, attemptsAllowed } = recoveryCase;
    if (state === 'link_sent') return 'start';
    if (await this.isBoundOrUnbound(tx, { caseId, attempt, request })) return 'resume';
    return targetOf(state, 'recapture') && attempt < attemptsAllowed ? 'recapture' : undefined;
  }

  private async enter(tx: Transaction, recoveryCase: RecoveryCase, way: WayIn): Promise<RecoveryCase | undefined> {
    const { id: caseId, attempt } = recoveryCase;
    if (way === 'resume') return recoveryCase;
    if (way === 'recapture')
      return this.cases.transition(tx, {
        caseId,
        name: 'recapture',
        actor: APPLICANT,
        attempt,
        reason: 'capture_to_be_repeated',
      });
    const waits = recoveryCase.channel === 'relay';
    const started = await this.cases.transition(tx, {
      caseId,
      name: 'start',
      actor: APPLICANT,
      reason: waits ? 'waiting_for_call_code' : undefined,
    });
    if (started && waits) await this.giveCallCode(tx, started.id);
    return started;
  }

  private async isBoundOrUnbound(
    tx: Transaction,
    place: { caseId: string; attempt: number; request: Request },
  ): Promise<boolean> {
    const row = await tx.maybeOne<{
      caseId: string;
    }>`SELECT case_id FROM capture_bindings WHERE case_id = ${place.caseId} AND attempt = ${place.attempt}`;
    if (!row) return true;
    return this.captures.require(tx, place).then(
      () => true,
      () => false,
    );
  }

  private async giveCallCode(tx: Transaction, caseId: string): Promise<void> {
    const sealed = await this.keys.seal(tx, caseId, { plain: newDigits(4), use: 'call-code' });
    await tx.run`UPDATE recovery_cases SET call_code_sealed = ${sealed} WHERE id = ${caseId}`;
  }

  /** A used link in the browser that used it is a refreshed page; anywhere else it is somebody else (T21). */
  private async reopen(
    tx: Transaction,
    entry: { link: { caseId: string; used: boolean } | undefined; exchange: Exchange },
  ): Promise<RecoveryCase | undefined> {
    const { link, exchange } = entry;
    if (!link) return undefined;
    const session = await this.flows.touch(tx, readCookie(exchange.request, FLOW_COOKIE));
    if (session?.caseId === link.caseId) return this.cases.find(tx, link.caseId);
    if (link.used)
      await appendAudit(tx, { chainId: link.caseId, type: 'flow.second_browser_refused', actor: APPLICANT });
    return undefined;
  }

  private async refuse(request: Request): Promise<void> {
    const outcome = await this.database.transaction((tx) =>
      this.limits.take(tx, 'secret_guess_per_source', request.ip),
    );
    if (!outcome.allowed) throw new Problem('too_many_requests', { retryAfterSeconds: outcome.resetSeconds });
  }
}

/** The page's language, as the browser asks for it; the templates know which they have. */
function languageOf(request: Request): string {
  return /^[a-z]{2}/i.exec(request.headers['accept-language'] ?? '')?.[0]?.toLowerCase() ?? 'en';
}
