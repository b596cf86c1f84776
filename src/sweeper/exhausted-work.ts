import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Logger } from '../platform/logging/logger.js';
import type { OutboxPayload } from '../platform/outbox/outbox.js';
import type { Routes } from '../platform/outbox/outbox-relay.js';
import { payloadKey } from '../platform/queue/dead-letters.js';
import type { CaseEvent } from '../recovery-case/case-events.js';
import type { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';

/** After its first death work is announced again as soon as lost work is; after each further one it waits twice as long. */
const FIRST_DISTANCE_SECONDS = 30;
const LONGEST_DISTANCE_SECONDS = 3_600;
/** About half an hour of tries at those distances: longer than a dependency is away in passing. */
export const MOST_DEATHS = 7;

/**
 * How long the record is kept of work that is done or that nothing can announce again: longer than the queue keeps its
 * dead letter.
 */
const KEPT_SECONDS = 172_800;
/** Of one round. */
const PRUNED_ROWS = 10_000;

/** Something to announce, and the state its case rests in until it is done. */
export interface Announcement {
  event: CaseEvent;
  payload: OutboxPayload;
  stuckIn?: string;
}

interface Death {
  queue: string;
  about: string;
  deaths: number;
  givenUp: boolean;
  resting: boolean;
}

/**
 * Stops work that always fails from being tried for ever: a poison job, or one whose dependency stays away (F8). Each
 * failure doubles the distance to the next announcement. After the last one people must act: a case that waits for its
 * decision goes to a reviewer, one that waits for its partner says so, and each raises an alarm. Work that no reviewer
 * can do, such as an erasure, is tried once an hour from then on.
 */
export class ExhaustedWork {
  constructor(
    private readonly parts: {
      routes: Routes;
      cases: RecoveryCaseRepository;
      logger: Logger;
      onGivenUp?: (job: string) => void;
    },
  ) {}

  /** Those of the findings that are to be announced now. Gives up, in the same transaction, what died too often. */
  async due(tx: Transaction, found: readonly Announcement[]): Promise<Announcement[]> {
    const keyed = found.map((work) => ({ work, ...this.keyOf(work) }));
    const deaths = await this.deathsOf(tx, keyed);
    const due: Announcement[] = [];
    for (const { work, queue, about } of keyed) {
      const death = deaths.get(`${queue} ${about}`);
      if (death?.resting) continue;
      if (death && death.deaths >= MOST_DEATHS && (await this.giveUp(tx, work, death))) continue;
      due.push(work);
    }
    return due;
  }

  /** What the sweeper looks for is the first follow-up of the event it announces. */
  private keyOf({ event, payload }: Announcement): { queue: string; about: string } {
    const [job] = this.parts.routes(event, payload);
    return { queue: job?.contract.name ?? '', about: payloadKey(job?.payload ?? {}) };
  }

  private async deathsOf(
    tx: Transaction,
    keys: readonly { queue: string; about: string }[],
  ): Promise<Map<string, Death>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.many<Death>`
      SELECT queue, about, deaths, given_up, died_at > statement_timestamp()
        - make_interval(secs => LEAST(${LONGEST_DISTANCE_SECONDS}, ${FIRST_DISTANCE_SECONDS} * power(2, LEAST(deaths, 20) - 1))) AS resting
      FROM dead_letters WHERE (queue, about) IN (SELECT * FROM unnest(${keys.map(({ queue }) => queue)}::text[], ${keys.map(({ about }) => about)}::text[]))`;
    return new Map(rows.map((row) => [`${row.queue} ${row.about}`, row]));
  }

  /** True when there is nothing left to announce. */
  private async giveUp(tx: Transaction, work: Announcement, { queue, about, givenUp }: Death): Promise<boolean> {
    const referred = await this.refer(tx, work);
    if (!givenUp) {
      await tx.run`UPDATE dead_letters SET given_up = true WHERE queue = ${queue} AND about = ${about}`;
      tx.onCommit(() => {
        this.parts.logger.error('work_given_up', { job: queue, caseId: work.payload.caseId, referred });
        this.parts.onGivenUp?.(queue);
      });
    }
    return referred;
  }

  /** To a reviewer where the state machine knows a way there; a wait for the partner is told and goes on. */
  private async refer(tx: Transaction, { payload, stuckIn }: Announcement): Promise<boolean> {
    const { caseId, attempt } = payload;
    if (typeof caseId !== 'string' || typeof attempt !== 'number') return false;
    const at = { caseId, attempt, actor: SYSTEM };
    if (stuckIn === 'adjudicating')
      return (
        (await this.parts.cases.transition(tx, {
          ...at,
          name: 'refer',
          onlyFrom: ['adjudicating'],
          reason: 'work_failed',
        })) !== undefined
      );
    if (stuckIn === 'verifying')
      await this.parts.cases.transition(tx, {
        ...at,
        name: 'wait',
        reason: 'waiting_for_provider',
        set: { nextAttemptInSeconds: LONGEST_DISTANCE_SECONDS },
      });
    return false;
  }
}

/** Failures of work that no code announces again. */
export async function pruneDeadLetters(tx: Transaction): Promise<number> {
  return tx.run`DELETE FROM dead_letters WHERE ctid = ANY(ARRAY(SELECT ctid FROM dead_letters
    WHERE died_at < statement_timestamp() - make_interval(secs => ${KEPT_SECONDS})
    ORDER BY died_at LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
}
