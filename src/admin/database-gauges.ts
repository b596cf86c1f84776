import { FLOW_ABSOLUTE_SECONDS } from '../flow-session/flow-sessions.js';
import { MAX_NOTICE_TRIES } from '../notification/owed-notices.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Metrics } from '../platform/telemetry/metrics.js';
import type { ScrapeSource } from './scrape-sources.js';

/** What piles up is counted up to here: a scrape must not cost more the worse things are. */
const COUNTED_UP_TO = 10_000;

interface Backlog {
  outboxPending: number;
  outboxAge: number;
  outboxRefused: number;
  inboxAge: number;
  unsentNotices: number;
  unsentNoticeAge: number;
  noticesGivenUp: number;
  unsealedAge: number;
  paused: boolean;
}

interface OpenCases {
  state: string;
  count: number;
  oldestAge: number;
}

interface DatabaseFigures {
  backlog: Backlog;
  cases: OpenCases[];
  disabled: { provider: string }[];
}

/** Figures of the database. Open work only, each from an index made for it. */
export const databaseSource = (database: Database, metrics: Metrics): ScrapeSource => ({
  name: 'database',
  gauges: [
    metrics.openCases,
    metrics.openCaseAge,
    metrics.providerDisabled,
    metrics.outboxPending,
    metrics.outboxAge,
    metrics.outboxRefused,
    metrics.inboxAge,
    metrics.unsentNotices,
    metrics.unsentNoticeAge,
    metrics.noticesGivenUp,
    metrics.auditUnsealedAge,
    metrics.paused,
  ],
  read: async () => {
    const read = await database.read(async (tx) => ({
      backlog: await backlog(tx),
      cases: await openCases(tx),
      disabled: await tx.many<{
        provider: string;
      }>`SELECT provider FROM provider_controls WHERE disabled_at IS NOT NULL`,
    }));
    return () => tell(metrics, read);
  },
});

/** Figures of this process's pool: nobody has to be asked for them. */
export function tellPool(database: Database, metrics: Metrics): void {
  const { inUse, idle, waiting } = database.pool;
  metrics.poolConnections.set({ state: 'in_use' }, inUse);
  metrics.poolConnections.set({ state: 'idle' }, idle);
  metrics.poolWaiting.set(waiting);
}

function tell(metrics: Metrics, { backlog, cases, disabled }: DatabaseFigures): void {
  for (const { state, count, oldestAge } of cases) {
    metrics.openCases.set({ state }, count);
    metrics.openCaseAge.set({ state }, oldestAge);
  }
  for (const { provider } of disabled) metrics.providerDisabled.set({ provider }, 1);
  metrics.outboxPending.set(backlog.outboxPending);
  metrics.outboxAge.set(backlog.outboxAge);
  metrics.outboxRefused.set(backlog.outboxRefused);
  metrics.inboxAge.set(backlog.inboxAge);
  metrics.unsentNotices.set(backlog.unsentNotices);
  metrics.unsentNoticeAge.set(backlog.unsentNoticeAge);
  metrics.noticesGivenUp.set(backlog.noticesGivenUp);
  metrics.auditUnsealedAge.set(backlog.unsealedAge);
  metrics.paused.set(backlog.paused ? 1 : 0);
}

/** Counts living cases by the index `recovery_cases_by_state`; closed cases are not looked at. */
function openCases(tx: Transaction): Promise<OpenCases[]> {
  return tx.many<OpenCases>`
    SELECT state, count(*)::int AS count, EXTRACT(EPOCH FROM clock_timestamp() - min(updated_at))::float AS oldest_age
    FROM recovery_cases WHERE closed_at IS NULL GROUP BY state`;
}

function backlog(tx: Transaction): Promise<Backlog> {
  return tx.one<Backlog>`
    SELECT
      (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE published_at IS NULL AND refused_at IS NULL LIMIT ${COUNTED_UP_TO}) o)::int AS outbox_pending,
      COALESCE((SELECT EXTRACT(EPOCH FROM clock_timestamp() - created_at) FROM outbox WHERE published_at IS NULL
        AND refused_at IS NULL ORDER BY id LIMIT 1), 0)::float AS outbox_age,
      (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE refused_at IS NOT NULL LIMIT ${COUNTED_UP_TO}) o)::int AS outbox_refused,
      COALESCE((SELECT EXTRACT(EPOCH FROM clock_timestamp() - received_at) FROM webhook_inbox WHERE state = 'received'
        ORDER BY received_at LIMIT 1), 0)::float AS inbox_age,
      (SELECT count(*) FROM (SELECT 1 FROM notices WHERE sent_at IS NULL AND tries < ${MAX_NOTICE_TRIES}
        AND created_at > statement_timestamp() - interval '7 days'
        UNION ALL SELECT 1 FROM account_notices WHERE tries < ${MAX_NOTICE_TRIES} AND owed_since > statement_timestamp() - interval '7 days'
        UNION ALL SELECT 1 FROM owed_mails WHERE tries < ${MAX_NOTICE_TRIES} AND owed_since > statement_timestamp() - interval '7 days'
          AND (event = 'link.requested' OR owed_since > statement_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}))
            LIMIT ${COUNTED_UP_TO}) n)::int AS unsent_notices,
      COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - LEAST(
        (SELECT created_at FROM notices WHERE sent_at IS NULL AND tries < ${MAX_NOTICE_TRIES}
          AND created_at > statement_timestamp() - interval '7 days' ORDER BY created_at LIMIT 1),
        (SELECT owed_since FROM account_notices WHERE tries < ${MAX_NOTICE_TRIES}
          AND owed_since > statement_timestamp() - interval '7 days' ORDER BY owed_since LIMIT 1),
        (SELECT owed_since FROM owed_mails WHERE tries < ${MAX_NOTICE_TRIES} AND owed_since > statement_timestamp() - interval '7 days'
          AND (event = 'link.requested' OR owed_since > statement_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}))
            ORDER BY owed_since LIMIT 1))), 0)::float AS unsent_notice_age,
      (SELECT count(*) FROM (SELECT 1 FROM notices WHERE sent_at IS NULL AND tries >= ${MAX_NOTICE_TRIES}
        AND created_at > statement_timestamp() - interval '7 days'
        UNION ALL SELECT 1 FROM account_notices WHERE tries >= ${MAX_NOTICE_TRIES} AND owed_since > statement_timestamp() - interval '7 days'
        UNION ALL SELECT 1 FROM owed_mails WHERE tries >= ${MAX_NOTICE_TRIES} AND owed_since > statement_timestamp() - interval '7 days'
          AND (event = 'link.requested' OR owed_since > statement_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}))
            LIMIT ${COUNTED_UP_TO}) n)::int AS notices_given_up,
      COALESCE((SELECT EXTRACT(EPOCH FROM clock_timestamp() - occurred_at) FROM audit_events
        WHERE occurred_at > COALESCE((SELECT created_at FROM audit_checkpoints ORDER BY id DESC LIMIT 1), '-infinity')
          ORDER BY occurred_at LIMIT 1), 0)::float AS unsealed_age,
      EXISTS (SELECT 1 FROM recovery_pauses WHERE resumed_at IS NULL) AS paused`;
}
