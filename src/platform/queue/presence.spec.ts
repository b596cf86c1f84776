import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../logging/logger.js';
import { tellPresence } from './presence.js';

describe('what a log says of the queue’s server', () => {
  const lines: string[] = [];
  const logger = {
    info: (code: string) => lines.push(`info ${code}`),
    warn: (code: string) => lines.push(`warn ${code}`),
  } as unknown as Logger;

  it('is one line when it goes, however often it is tried, and one when it is back', () => {
    const server = new EventEmitter();
    tellPresence(server, logger);
    server.emit('ready');
    for (let tries = 0; tries < 3; tries += 1) server.emit('error', new Error('refused'));
    server.emit('ready');
    server.emit('error', new Error('WRONGPASS'));
    expect(lines).toEqual(['warn queue_away', 'info queue_back', 'warn queue_away']);
  });
});
