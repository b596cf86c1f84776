import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { packagePath } from '../../../src/platform/package-root/package-root.js';
import { LIMIT_SCHEMA } from './limit-schema.js';

export interface LimitProcess {
  baseUrl: string;
  stop(): Promise<void>;
}

/** Makes the limit's tables and starts its server in a process of its own. */
export async function startLimit(ownerUrl: string, webhookSecret: string): Promise<LimitProcess> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(LIMIT_SCHEMA);
  await owner.query(
    'GRANT USAGE ON SCHEMA ceiling TO regain_app; GRANT ALL ON ALL TABLES IN SCHEMA ceiling TO regain_app',
  );
  await owner.end();
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    LIMIT_DATABASE_URL: ownerUrl,
    LIMIT_WEBHOOK_KEY: webhookSecret.replace('whsec_', ''),
  };
  const child = spawn(process.execPath, [packagePath('dist/scripts/campaign/throughput/limit-server.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { baseUrl: `http://127.0.0.1:${await portOf(child)}`, stop: () => end(child) };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const port = Number(/^ready (\d+)/.exec(line.toString())?.[1]);
  if (!port) throw new Error('the limit did not start');
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
