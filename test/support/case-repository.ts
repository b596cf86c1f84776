import { Writable } from 'node:stream';
import { Logger } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';

const SILENT = Logger.create('error', new Writable({ write: (_chunk, _encoding, done) => done() }));

/** Where it is of no interest what is counted and logged. */
export const silentEvents = (metrics = new Metrics()): SecurityEvents => new SecurityEvents(metrics, SILENT);

/** The same of the cases. */
export function caseRepository(): RecoveryCaseRepository {
  const metrics = new Metrics();
  return new RecoveryCaseRepository(metrics, silentEvents(metrics));
}
