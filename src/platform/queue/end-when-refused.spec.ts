import { afterEach, expect, it, jest } from '@jest/globals';
import { recordingLogger } from '../../../test/model/core-stage.js';
import type { ShutdownCoordinator } from '../process/shutdown.js';
import { endWhenRefused } from './end-when-refused.js';
import { QueueEvictsError, type QueueConnection } from './queue-connection.js';

afterEach(() => void jest.restoreAllMocks());

it('a server that came back as one that evicts ends the process, which says why (F14)', async () => {
  const { logger, lines } = recordingLogger();
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const ended = new Promise<number | undefined>((resolve) => {
    const shutdown = { shutdown: async (code?: number) => resolve(code) } as unknown as ShutdownCoordinator;
    const queue = { refused: Promise.resolve(new QueueEvictsError('allkeys-lru')) } as unknown as QueueConnection;
    endWhenRefused(queue, { logger, shutdown });
  });
  expect(await ended).toBe(1);
  expect(said).toHaveBeenCalledWith(expect.stringContaining('noeviction, and has allkeys-lru'));
  expect(lines.filter((line) => line.includes('queue_refused'))).toHaveLength(1);
});
