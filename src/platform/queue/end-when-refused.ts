import type { Logger } from '../logging/logger.js';
import type { ShutdownCoordinator } from '../process/shutdown.js';
import type { QueueConnection } from './queue-connection.js';

/**
 * Ends the process, told to people and to machines, when the queue's server was away and came back as another than it may be
 * (F14). What is under way is finished; the next start is refused.
 */
export function endWhenRefused(
  { refused }: QueueConnection,
  { logger, shutdown }: { logger: Logger; shutdown: ShutdownCoordinator },
): void {
  void refused.then(async (error) => {
    process.stderr.write(`ends: ${error.message}\n`);
    logger.error('queue_refused', { error });
    await shutdown.shutdown(1);
  });
}
