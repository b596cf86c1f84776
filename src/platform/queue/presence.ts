import type { EventEmitter } from 'node:events';
import type { Logger } from '../logging/logger.js';

/** Tells once that the queue's server went away or refuses us, and once that it is back; it is tried all the time. */
export function tellPresence(server: EventEmitter, logger: Logger): void {
  let away = false;
  server.on('error', (error: unknown) => {
    if (!away) logger.warn('queue_away', { error });
    away = true;
  });
  server.on('ready', () => {
    if (away) logger.info('queue_back');
    away = false;
  });
}
