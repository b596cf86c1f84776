import type { Queue } from 'bullmq';
import type { Database } from '../database/database.js';

/** Deaths closer together than this are one: the same work may be on its way several times. */
const ONE_DEATH_SECONDS = 20;
/** Longer than the longest distance of the sweeper, and as long as the queue keeps a dead letter. */
const FORGOTTEN_SECONDS = 86_400;

/** What a job is about, whichever job of it: the members of its payload with their names, in the order of those. */
export function payloadKey(payload: object): string {
  return Object.entries(payload)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

/**
 * Records work whose job used up its tries. The record is in the database, so the sweeper's growing distances outlive
 * the queue. The queue keeps one dead letter for each piece of work, the latest; it displaces no other work's.
 */
export class DeadLetters {
  readonly #queues: ReadonlyMap<string, Queue>;

  constructor(
    private readonly database: Database,
    queues: readonly Queue[],
  ) {
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
  }

  /** Writes down a death, and removes the dead letter of the same work that lay there before. */
  async note(letter: { queue: string; payload: object; jobId: string }): Promise<void> {
    const { queue, jobId } = letter;
    const about = payloadKey(letter.payload);
    const before = await this.database.transaction(async (tx) => {
      const known = await tx.maybeOne<{
        jobId: string;
      }>`SELECT job_id FROM dead_letters WHERE queue = ${queue} AND about = ${about} FOR UPDATE`;
      await tx.run`INSERT INTO dead_letters AS d (queue, about, job_id) VALUES (${queue}, ${about}, ${jobId})
        ON CONFLICT (queue, about) DO UPDATE SET job_id = excluded.job_id, died_at = excluded.died_at,
          given_up = d.given_up AND d.died_at > excluded.died_at - make_interval(secs => ${FORGOTTEN_SECONDS}),
          deaths = CASE WHEN d.died_at < excluded.died_at - make_interval(secs => ${FORGOTTEN_SECONDS}) THEN 1
            WHEN d.died_at < excluded.died_at - make_interval(secs => ${ONE_DEATH_SECONDS}) THEN d.deaths + 1 ELSE d.deaths END`;
      return known?.jobId;
    });
    if (before === undefined || before === jobId) return;
    const replaced = await this.#queues.get(queue)?.getJob(before);
    if (replaced && (await replaced.isFailed())) await replaced.remove();
  }
}
