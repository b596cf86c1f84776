import { Injectable } from '@nestjs/common';
import type { ProviderError, ProviderErrorCode } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { VerificationSession } from '../session/verification-session.js';
import { Failover, type Routed } from './failover.js';
import { backoffSeconds, chooseProvider, type ChoiceQuestion } from './provider-choice.js';
import { leftOutWords } from './provider-obstacles.js';
import { ProviderWait } from './provider-wait.js';
import { RoutingQuestion } from './routing-question.js';
import { SessionIntents } from './session-intents.js';
import { isWanted, SessionOpening } from './session-opening.js';

/** Create calls per session when there is nobody else to ask; otherwise one. */
const MAX_CREATE_TRIES = 3;

/** Ends after which the partner may have the session nonetheless. */
const AMBIGUOUS: ReadonlySet<ProviderErrorCode> = new Set<ProviderErrorCode>([
  'timeout',
  'unreachable',
  'unintelligible',
]);

interface Failed {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  error: ProviderError;
  question: ChoiceQuestion;
}

/**
 * Decides what follows from a create call that failed. Another provider is asked at once; the same one again when there
 * is no other.
 */
@Injectable()
export class CreateFailure {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly intents: SessionIntents,
    private readonly opening: SessionOpening,
    private readonly question: RoutingQuestion,
    private readonly failover: Failover,
    private readonly wait: ProviderWait,
  ) {}

  async apply(session: VerificationSession, error: ProviderError): Promise<Routed> {
    return this.settle(session, async (tx, recoveryCase) => {
      if (AMBIGUOUS.has(error.code)) await this.intents.noteMayExist(tx, session);
      const question = await this.question.toDecide(tx, recoveryCase);
      const failed = { session, recoveryCase, error, question };
      if (triesAgain(failed)) return this.postpone(tx, failed);
      const { provider, attempt } = session;
      const afterwards = { ...question, failures: [...question.failures, { provider, attempt }] };
      return this.failover.moveOn(tx, { recoveryCase, session, error: error.code, question: afterwards });
    });
  }

  /** The circuit was found open, or somebody else tries the provider out: it was not asked, so it has not failed. */
  async notAsked(session: VerificationSession): Promise<Routed> {
    return this.settle(session, (tx, recoveryCase) =>
      this.failover.moveOn(tx, { recoveryCase, session, error: 'circuit_open', neverAsked: true }),
    );
  }

  private settle(
    session: VerificationSession,
    work: (tx: Transaction, recoveryCase: RecoveryCase) => Promise<Routed>,
  ): Promise<Routed> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, session.caseId);
      if (recoveryCase && isWanted(recoveryCase, session)) return this.claimNext(tx, await work(tx, recoveryCase));
      await this.opening.abandonUnwanted(tx, session);
      return { kind: 'elsewhere' };
    });
  }

  /** Whoever asked goes on with the successor at once: it is theirs before anybody else hears of it. */
  private async claimNext(tx: Transaction, routed: Routed): Promise<Routed> {
    if (routed.kind !== 'next') return routed;
    const session = await this.intents.claim(tx, routed.session.id);
    return session ? { kind: 'next', session } : { kind: 'elsewhere' };
  }

  private async postpone(tx: Transaction, { session, recoveryCase, error, question }: Failed): Promise<Routed> {
    const { retryAfterSeconds } = error.details;
    const delaySeconds = backoffSeconds(session.createTries, { firstSeconds: 2, maxSeconds: 60, retryAfterSeconds });
    const { leftOut } = chooseProvider(question);
    if (!(await this.intents.postpone(tx, session, { delaySeconds, error: error.code }))) return { kind: 'elsewhere' };
    const capabilities = this.registry.get(session.provider)?.capabilities;
    if (AMBIGUOUS.has(error.code) && !capabilities?.idempotentCreate && !capabilities?.findByReference)
      await this.recordRisk(tx, session);
    if (capabilities?.handoff !== 'capture')
      await this.wait.until(tx, recoveryCase, { seconds: delaySeconds, leftOut: leftOutWords(leftOut) });
    return { kind: 'waiting', retryInSeconds: delaySeconds };
  }

  /** The partner cannot be asked whether it has the session already, and there is nobody else: it may get a second one. */
  private async recordRisk(tx: Transaction, session: VerificationSession): Promise<void> {
    const { id: sessionId, provider, attempt } = session;
    await appendAudit(tx, {
      chainId: session.caseId,
      type: 'verification.surplus_session_unresolved',
      actor: SYSTEM,
      data: { sessionId, provider, attempt, reason: 'repeated_without_look_up' },
    });
  }
}

/** Only for want of anybody who has failed no more often than this one. */
function triesAgain({ session, error, question }: Failed): boolean {
  if (!error.retryable || session.createTries >= MAX_CREATE_TRIES) return false;
  const roundsHere = question.failures.filter(
    ({ provider, attempt }) => provider === session.provider && attempt === session.attempt,
  ).length;
  const others = question.candidates.filter(({ adapter }) => adapter.id !== session.provider);
  const { chosen } = chooseProvider({ ...question, candidates: others });
  return !chosen || chosen.round > roundsHere;
}
