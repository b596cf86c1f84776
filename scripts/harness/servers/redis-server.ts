import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { findServerPrograms } from './server-programs.js';
import { ServerProcess } from './server-process.js';

export interface RedisServerOptions {
  kind: 'redis' | 'valkey';
  /** Made when it does not exist; holds the append-only file and the log. */
  dataDir: string;
  /** On 127.0.0.1; a free one when absent. */
  port?: number;
  /** Settings as in redis.conf, over those that the production queue needs. */
  settings?: Readonly<Record<string, string>>;
}

export interface RedisServer {
  url: string;
  port: number;
  process: ServerProcess;
}

/** What the production queue asks of its server: nothing is ever evicted, and every write is in a file within a second. */
const AS_IN_PRODUCTION = { 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'everysec', save: '' };

/** Starts a real Redis or Valkey on a data directory; what an earlier one wrote there is loaded. */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const { kind, dataDir, port = await pickFreePort(), settings = {} } = options;
  const programs = await findServerPrograms(kind);
  await mkdir(dataDir, { recursive: true });
  const all = { bind: '127.0.0.1', port: String(port), dir: dataDir, ...AS_IN_PRODUCTION, ...settings };
  const server = new ServerProcess({
    name: kind,
    program: programs.path(`${kind}-server`),
    args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    env: programs.env,
    logFile: join(dataDir, `${kind}.log`),
    isReady: () => answersPing(port),
  });
  await server.start();
  return { url: `redis://127.0.0.1:${port}`, port, process: server };
}

/** It listens before it has loaded its file, and says `-LOADING` until then; one with a password says `-NOAUTH`. */
async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return /^(\+PONG|-NOAUTH)/.test(answer.toString('latin1'));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
