import type { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { AuditVerification } from './verification.js';

/** About four seconds of reading (`npm run campaign -- audit-verification`), well within the time a request has. */
export const MOST_ROWS_OF_A_REQUEST = 250_000;

/**
 * The trail verified inside a process that answers people: what it costs has an end, however many ask for it and however
 * long the trail has become. `regain audit verify` has none, in a process of its own.
 */
export class RequestedVerification {
  #running: Promise<AuditVerification> | undefined;
  #next: Promise<AuditVerification> | undefined;

  constructor(
    private readonly database: Database,
    private readonly parts: { verify: () => Promise<AuditVerification>; mostRows?: number },
  ) {}

  /**
   * One run at a time. A caller who asks during one shares the run after it with all others who do: a row that was altered
   * before they asked may be one that the run has already passed.
   *
   * @throws Problem `audit_trail_too_long`
   */
  async verify(): Promise<AuditVerification> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.start();
    this.#next = this.#running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.#next;
  }

  private start(): Promise<AuditVerification> {
    this.#next = undefined;
    const run = this.run().finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }

  private async run(): Promise<AuditVerification> {
    const { verify, mostRows = MOST_ROWS_OF_A_REQUEST } = this.parts;
    const beyond = await this.database.read(
      (tx) => tx.many`SELECT FROM audit_events ORDER BY chain_id, audit_events.seq OFFSET ${mostRows} LIMIT 1`,
    );
    if (beyond.length > 0)
      throw new Problem('audit_trail_too_long', {
        detail: `It has more than ${mostRows} rows. Run “regain audit verify” beside the service.`,
      });
    return verify();
  }
}
