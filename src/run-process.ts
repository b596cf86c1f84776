import { ConfigurationError } from './platform/config/config.js';
import { Logger } from './platform/logging/logger.js';
import { ShutdownCoordinator } from './platform/process/shutdown.js';

/** By name: the API loads nothing of the queue. */
const TELLS_NO_VALUE: ReadonlySet<string> = new Set(['ConfigurationError', 'QueueEvictsError']);
const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

export interface ProcessOptions {
  /** All of stopping. */
  totalMs?: number;
  /**
   * The level of the lines about starting and stopping; `LOG_LEVEL` takes precedence. Use `warn` if people read them at
   * a terminal.
   */
  logLevel?: 'info' | 'warn';
}

/**
 * Runs a process from its start to its end. A failed start is told twice, to people and to machines: what is wrong as text,
 * and one line of the log catalogue; then exit code 1, never a half-started service.
 *
 * What nobody caught is a defect: it is logged without its message, what is under way is finished as when the process is
 * asked to stop, and the exit code is 1, so that whatever started the process starts it again (F46). The second ends it at
 * once.
 */
export async function runProcess(
  start: (shutdown: ShutdownCoordinator) => Promise<void>,
  { totalMs, logLevel = 'warn' }: ProcessOptions = {},
): Promise<void> {
  const { LOG_LEVEL: level = '' } = process.env;
  const logger = Logger.create(LEVELS.includes(level) ? level : logLevel);
  const shutdown = new ShutdownCoordinator({
    totalMs,
    onStopping: (signal) => logger.info('stopping', { signal }),
    onFailedStep: (step, error) => logger.warn('stop_step_failed', { step, error }),
    onStopped: (tookMs) => logger.info('stopped', { tookMs }),
  });
  endOnUncaught(logger, shutdown);
  logger.info('starting', { node: process.version });
  try {
    await start(shutdown);
  } catch (error) {
    process.stderr.write(`could not start: ${reasonOf(error)}\n`);
    logger.error('start_failed', { error, ...faultsOf(error) });
    await shutdown.shutdown(1);
  }
}

/**
 * In production the words of an error are told only where they are ours: those of a library may quote a setting's value, and
 * the password in it. The line `start_failed` says where it was thrown.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (TELLS_NO_VALUE.has(error.name) || process.env.REGAIN_PROFILE !== 'production') return error.message;
  return 'code' in error && typeof error.code === 'string' ? `${error.name} (${error.code})` : error.name;
}

/** Node hands over promises that nobody caught as well (Node.js, `process`, "Event: 'uncaughtException'"). */
function endOnUncaught(logger: Logger, shutdown: ShutdownCoordinator): void {
  let before = false;
  process.on('uncaughtException', (error: unknown, origin) => {
    logger.error('uncaught_error', { error, origin });
    if (before) process.exit(1);
    before = true;
    void shutdown.shutdown(1);
  });
}

/** Which settings were refused; what is wrong with them stands in the text. */
function faultsOf(error: unknown): { faults?: number; settings?: string } {
  if (!(error instanceof ConfigurationError)) return {};
  const settings = error.faults.flatMap((fault) => /^[A-Z][A-Z0-9_]*(?=:)/.exec(fault)?.[0] ?? []);
  return { faults: error.faults.length, settings: [...new Set(settings)].join(' ') };
}
