import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Logger } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/platform.module.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { ProviderControls } from './provider-controls.js';

/** A partner's last results. */
export interface ApprovalFigures {
  /** Good results in a row, the last one included; only those since a person last looked. */
  run: number;
  /** Everything before the run, and how much of it was good. */
  earlier: number;
  earlierGood: number;
}

/** With fewer results before the run nobody knows what is usual for this partner. */
const LEAST_BASELINE = 100;
/** A shorter run is no news, however picky the partner was before. */
const SHORTEST_RUN = 20;
/** How unlikely a run has to be, going by the partner's own past. At a hundred results a day: one false alarm in years. */
const UNLIKELY = 0.001;
/** Results looked at. A partner that passes all but one in a hundred needs a run of 700 to be unlikely. */
const WINDOW_REPORTS = 1_000;

/**
 * Whether a run of good results is too good to be true (T45): beyond what the partner's own past makes likely or, when it
 * has none, longer than `longestRun`. Pure.
 */
export function isSuspicious(figures: ApprovalFigures, longestRun: number): boolean {
  const { run, earlier, earlierGood } = figures;
  if (earlier < LEAST_BASELINE) return run >= longestRun;
  // One good and one bad result more than were seen (Laplace): no past, however clean, makes every run certain.
  const usual = (earlierGood + 1) / (earlier + 2);
  return run >= SHORTEST_RUN && usual ** run < UNLIKELY;
}

/**
 * Looks at every accepted result of a partner. A partner that was taken over, or an integration that was, shows in that
 * it passes everybody: from then on its results go to review until a person has looked.
 */
@Injectable()
export class ApprovalAlarm {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'APPROVAL_ALARM_RUN'>,
    private readonly controls: ProviderControls,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** To be called in the transaction that stores a report, after it: this very result is the first to be held. */
  async look(tx: Transaction, provider: string): Promise<void> {
    const figures = await this.figures(tx, provider);
    if (!isSuspicious(figures, this.config.APPROVAL_ALARM_RUN)) return;
    if (!(await this.controls.startWatch(tx, provider))) return;
    await appendAudit(tx, {
      chainId: `provider:${provider}`,
      type: 'provider.watched',
      actor: SYSTEM,
      data: { provider, ...figures },
    });
    tx.onCommit(() => {
      this.metrics.providerAlarms.inc({ provider, kind: 'approval' });
      this.logger.warn('provider_alarm', { provider, kind: 'approval', run: figures.run });
    });
  }

  private async figures(tx: Transaction, provider: string): Promise<ApprovalFigures> {
    return tx.one<ApprovalFigures>`
      WITH seen AS (
        SELECT received_at, NOT jsonb_path_exists(checks, '$[*] ? (@.result == "fail" || @.result == "indeterminate")') AS good
        FROM verification_reports WHERE provider = ${provider} ORDER BY received_at DESC LIMIT ${WINDOW_REPORTS}),
      began AS (
        SELECT GREATEST((SELECT max(received_at) FROM seen WHERE NOT good),
          (SELECT watch_ended_at FROM provider_controls WHERE provider = ${provider}), '-infinity'::timestamptz) AS at)
      SELECT count(*) FILTER (WHERE received_at > began.at)::int AS run,
        count(*) FILTER (WHERE received_at <= began.at)::int AS earlier,
        count(*) FILTER (WHERE received_at <= began.at AND good)::int AS earlier_good
      FROM seen CROSS JOIN began`;
  }
}
