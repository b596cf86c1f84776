import {
  ConfigurationError,
  loadConfig,
  readEnvironment,
  type Config,
  type ProcessRole,
} from '../platform/config/config.js';
import { Logger } from '../platform/logging/logger.js';
import { allFindings } from './all-findings.js';
import { databaseFindings, type Patience } from './database-check.js';
import type { Finding } from './finding.js';

/** How long a start waits for a database that is not there yet; half of what the chart gives it to answer a probe. */
const DATABASE_WAIT_MS = 60_000;

/**
 * The configuration of a process that may start: read, and held against what it leads to. What is wrong comes in one
 * message, so that nobody mends one fault to meet the next; warnings are logged. The embedded profile is asked for its
 * schema alone: its secrets and its servers are its own. A database that is not there yet is waited for, unless the environment
 * has faults that keep the process from starting anyway.
 *
 * @param role what only the others need is neither asked for nor looked at: an API process signs in at no queue
 * @throws ConfigurationError with every fault of the environment, the key ring, the providers, the database, the queue's
 * server, the object store and the stored profiles
 */
export async function checkedConfig(raw: Config['raw'], role: ProcessRole): Promise<Config> {
  const { values, faults } = readEnvironment(raw, role);
  const logger = Logger.create(values.LOG_LEVEL ?? 'info');
  const detail = `is not there yet: it is waited for, ${DATABASE_WAIT_MS / 1_000} s at most`;
  const waiting = (): void => logger.warn('start_warning', { subject: 'DATABASE_URL', detail });
  const patience = { waitMs: faults.length > 0 ? 0 : DATABASE_WAIT_MS, waiting };
  const findings = await findingsFor(values, raw, patience);
  const found = findings.filter(({ verdict }) => verdict === 'fault').map((finding) => sentence(finding));
  const all = [...new Set([...faults, ...found])];
  if (all.length > 0) throw new ConfigurationError(all);
  const config = loadConfig(raw, role);
  for (const { subject, verdict, detail } of findings) {
    if (verdict === 'warning') logger.warn('start_warning', { subject, detail });
  }
  return config;
}

async function findingsFor(values: Partial<Config>, raw: Config['raw'], patience: Patience): Promise<Finding[]> {
  if (values.REGAIN_PROFILE === 'production') return allFindings(values, raw, { probe: false, patience });
  const database = await databaseFindings(values.DATABASE_URL, undefined, patience);
  return database.filter(({ subject }) => subject === 'database schema');
}

const sentence = ({ subject, detail, remedy }: Finding): string =>
  `${subject}: ${detail}${remedy ? ` (${remedy})` : ''}`;
