import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Logger } from '../platform/logging/logger.js';
import { writeOutbox } from '../platform/outbox/outbox.js';
import type { Routes } from '../platform/outbox/outbox-relay.js';
import type { CaseEvent } from '../recovery-case/case-events.js';
import type { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { dueErasures } from './due-erasures.js';
import { ExhaustedWork, type Announcement } from './exhausted-work.js';
import { overdue, stuck, unheard, unrehearsed } from './lost-cases.js';
import { unlinked, unmailed } from './lost-mail.js';
import { untold, untoldOfAccounts } from './lost-notices.js';
import { leftBehind, uncollected, unjudged, unlooked, unread } from './lost-sessions.js';
import { STALE_SECONDS, type FindsLostWork, type LostWork } from './lost-work.js';

/** What an announcement is about, the most particular first. */
const IDS = ['sessionId', 'requestId', 'rehearsalId', 'noticeId', 'mailId', 'caseId'] as const;

/**
 * Finds lost work again in PostgreSQL, so that an emptied queue loses nothing (rule 2). Each finding becomes an outbox
 * event again; its job is idempotent. Every case touched gets a higher `lease_epoch`, which tells two findings apart.
 * Work that dies whenever it is tried is announced at growing distances, until a person has to look
 * (exhausted-work.ts).
 */
export class Sweeper {
  readonly #finders: readonly FindsLostWork[];
  readonly #exhausted: ExhaustedWork;

  constructor(
    private readonly parts: {
      database: Database;
      logger: Logger;
      routes: Routes;
      cases: RecoveryCaseRepository;
      /** Called for every piece of lost work, once it is announced again. */
      onFound?: (event: CaseEvent) => void;
      /** Called for every job that is left to people. */
      onGivenUp?: (job: string) => void;
    },
  ) {
    this.#exhausted = new ExhaustedWork(parts);
    this.#finders = [
      ...[overdue, stuck, uncollected, unread, unlooked, unjudged, leftBehind, dueErasures],
      ...[untold(parts.routes), untoldOfAccounts, unheard, unlinked, unmailed, unrehearsed],
    ];
  }

  /** One round; it never runs twice at once in a deployment. */
  async sweep(): Promise<void> {
    const found = await this.parts.database.transaction(async (tx) => {
      const { locked } = await tx.one<{
        locked: boolean;
      }>`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.sweep}) AS locked`;
      return locked ? this.rederive(tx) : 0;
    });
    if (found > 0) this.parts.logger.info('sweep_completed', { found });
  }

  private async rederive(tx: Transaction): Promise<number> {
    const found: Announcement[] = [];
    for (const find of this.#finders) found.push(...(await find(tx)).map(announcementOf));
    const lost = await this.#exhausted.due(tx, await this.notJustAnnounced(tx, found));
    for (const { event, payload } of lost) await writeOutbox(tx, { event, payload });
    await tx.run`UPDATE recovery_cases SET lease_epoch = lease_epoch + 1
      WHERE id = ANY(${lost.flatMap(({ payload: { caseId } }) => (typeof caseId === 'string' ? caseId : []))})`;
    tx.onCommit(() => {
      for (const { event } of lost) this.parts.onFound?.(event);
    });
    return lost.length;
  }

  /** Work that cannot be done yet stays lost at every round; it is announced again every STALE_SECONDS, not every round. */
  private async notJustAnnounced(tx: Transaction, found: Announcement[]): Promise<Announcement[]> {
    if (found.length === 0) return [];
    const recent = await tx.many<Pick<Announcement, 'event' | 'payload'>>`
      SELECT DISTINCT event, payload FROM outbox
      WHERE created_at > statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
        -- Said once more for the indexes: what is that young was published since, or was not published at all.
        AND (published_at > statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
          OR (published_at IS NULL AND refused_at IS NULL) OR refused_at IS NOT NULL)`;
    const known = new Set(recent.map(announcementKey));
    return found.filter((work) => !known.has(announcementKey(work)));
  }
}

const announcementKey = ({ event, payload }: Pick<Announcement, 'event' | 'payload'>): string =>
  `${event} ${IDS.map((id) => payload[id]).find((id) => id !== undefined) ?? ''}`;

function announcementOf({ event, stuckIn, ...ids }: LostWork): Announcement {
  const payload = Object.fromEntries(
    Object.entries(ids).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
  return { event, payload, stuckIn };
}
