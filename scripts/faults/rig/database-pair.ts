import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ROLES, type Credentials } from '../../../src/embedded/postgres/credentials.js';
import { DATABASE, databaseUrls, ensureRolesAndDatabase } from '../../../src/embedded/postgres/databases.js';
import { eventually } from '../../harness/eventually.js';
import { startPostgres, startPostgresStandby, type PostgresServer } from '../../harness/servers/index.js';
import { TcpProxy } from './tcp-proxy.js';

const STANDBY = 'regain_standby';
/** Between a move of the connections and the promotion, when they are moved first. */
const TOO_EARLY_MS = 2_000;

export interface FailOver {
  /**
   * What the standby has of the transactions that are in the middle of their commit, written by the primary and not answered:
   * all of each, nothing, or whatever it happens to be.
   */
  commits: 'kept' | 'lost' | 'any';
  /** How the primary ends: its immediate shutdown, or all its processes at once, as with the power. */
  end: 'immediate' | 'power cut';
  /** Whether the address leads to the standby before it is a primary. */
  movedFirst: boolean;
}

/** What an outage had cut through. */
export interface Outcome {
  /** Transactions that were in the middle of their commit. */
  underWay: number;
  /** Of these, those the new primary has. */
  kept: number;
  /** From the end of the old primary until the new one was a primary. */
  promotedMs: number;
}

/** A PostgreSQL with a streaming standby, behind one address that follows whichever serves. */
export class DatabasePair {
  #next = 3;
  #state: 'sync' | 'async' = 'async';

  private constructor(
    private readonly dataDir: string,
    private readonly credentials: Credentials,
    private members: { primary: PostgresServer; standby: PostgresServer },
    /** The address; past the network that misbehaves between it and the service. */
    private readonly door: TcpProxy,
    private readonly replication: TcpProxy,
    private readonly leadsTo: { serving: number; followed: number },
  ) {}

  /** Commits wait for the standby's disk. */
  static async start(): Promise<DatabasePair> {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-database-pair-'));
    // As root the servers run as `nobody`, who has to get to their own folders below it.
    chmodSync(dataDir, 0o711);
    const entries = ROLES.map((role) => [role, randomBytes(24).toString('base64url')]);
    const credentials = Object.fromEntries(entries) as Credentials;
    const primary = await startPostgres({ dataDir: join(dataDir, 'database-1'), password: credentials.postgres });
    const leadsTo = { serving: primary.port, followed: primary.port };
    const replication = await TcpProxy.start(() => [leadsTo.followed]);
    const door = await TcpProxy.start(() => [leadsTo.serving]);
    await ensureRolesAndDatabase({ credentials, host: '127.0.0.1', port: primary.port });
    const standby = await startPostgresStandby({
      primary,
      dataDir: join(dataDir, 'database-2'),
      followsAt: replication.port,
      name: STANDBY,
    });
    const pair = new DatabasePair(dataDir, credentials, { primary, standby }, door, replication, leadsTo);
    await pair.replicate('synchronously');
    return pair;
  }

  get urls(): ReturnType<typeof databaseUrls> {
    return databaseUrls({ credentials: this.credentials, host: '127.0.0.1', port: this.door.port }, DATABASE);
  }

  /** Of the server that serves. */
  get port(): number {
    return this.leadsTo.serving;
  }

  /** Asynchronously, an answer does not wait for the standby. */
  async replicate(how: 'synchronously' | 'asynchronously'): Promise<void> {
    const names = how === 'synchronously' ? STANDBY : '';
    // The standby too: it is to ask the same of whoever follows it.
    for (const { superuserUrl } of [this.members.primary, this.members.standby]) {
      await ask(superuserUrl, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
      await ask(superuserUrl, 'SELECT pg_reload_conf()');
    }
    this.#state = names === '' ? 'async' : 'sync';
    await this.untilFollowing(this.#state);
  }

  /** The standby hears nothing of what is written from now on. */
  cutReplication(): void {
    this.replication.weather = { kind: 'silent' };
  }

  /** The primary ends for good, the standby takes its place, and gets a new standby of its own. */
  async failOver(how: FailOver): Promise<Outcome> {
    const { primary, standby } = this.members;
    const underWay = await this.commitsUnderWay(how.commits);
    const endedAt = performance.now();
    await end(primary, how.end);
    if (how.movedFirst) {
      this.serve(standby);
      await pause(TOO_EARLY_MS);
    }
    await ask(standby.superuserUrl, 'SELECT pg_promote(true, 60)');
    const promotedMs = Math.round(performance.now() - endedAt);
    // Asked before anybody writes there: numbers of transactions that were lost are given again.
    const kept = how.movedFirst ? [] : await committed(standby.superuserUrl, underWay);
    if (!how.movedFirst) this.serve(standby);
    await this.attachStandby(standby);
    return { underWay: underWay.length, kept: kept.length, promotedMs };
  }

  async stop(): Promise<void> {
    await this.door.close();
    await this.replication.close();
    for (const { process } of [this.members.primary, this.members.standby]) await process.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private serve({ port }: PostgresServer): void {
    this.leadsTo.serving = port;
    this.door.cutAll();
  }

  private async attachStandby(primary: PostgresServer): Promise<void> {
    this.replication.cutAll();
    this.replication.weather = { kind: 'clear' };
    this.leadsTo.followed = primary.port;
    const dataDir = join(this.dataDir, `database-${this.#next}`);
    this.#next += 1;
    const standby = await startPostgresStandby({ primary, dataDir, followsAt: this.replication.port, name: STANDBY });
    this.members = { primary, standby };
    await this.untilFollowing(this.#state);
  }

  private async untilFollowing(state: 'sync' | 'async'): Promise<void> {
    const { superuserUrl } = this.members.primary;
    await eventually('the standby follows', async () => {
      const [row] = await ask(
        superuserUrl,
        `SELECT sync_state AS text FROM pg_stat_replication WHERE state = 'streaming'`,
      );
      return row === state;
    });
  }

  /** Transactions whose commit the primary has written and not answered: it waits for a standby that it does not hear. */
  private async commitsUnderWay(wanted: FailOver['commits']): Promise<string[]> {
    if (wanted === 'any') return [];
    const { primary, standby } = this.members;
    this.replication.weather = { kind: wanted === 'kept' ? 'mute' : 'silent' };
    const waiting = (): Promise<string[]> =>
      ask(
        primary.superuserUrl,
        `SELECT backend_xid::text AS text FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND backend_xid IS NOT NULL`,
      );
    await eventually('a commit waits for the standby', async () => (await waiting()).length > 0);
    await pause(300);
    const found = await waiting();
    if (wanted === 'kept') {
      const [written = ''] = await ask(primary.superuserUrl, 'SELECT pg_current_wal_flush_lsn()::text AS text');
      const has = `SELECT (pg_last_wal_receive_lsn() >= '${written}')::text AS text`;
      await eventually('the standby has them', async () => (await ask(standby.superuserUrl, has))[0] === 'true');
    }
    return found;
  }
}

async function ask(url: string, statement: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ text?: string }>(statement);
    return rows.map(({ text }) => text ?? '');
  } finally {
    await client.end();
  }
}

/** Those of the transactions that this server knows, and knows as committed. */
async function committed(url: string, transactions: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of transactions) {
    // One it has never heard of "is in the future", which is an error.
    const [status] = await ask(url, `SELECT pg_xact_status('${id}'::xid8) AS text`).catch(() => ['']);
    if (status === 'committed') found.push(id);
  }
  return found;
}

async function end({ process: server }: PostgresServer, how: FailOver['end']): Promise<void> {
  const { pid } = server;
  if (how === 'immediate') process.kill(pid, 'SIGQUIT');
  else {
    // Each session is a process of its own, which would go on for a while without the first one.
    const sessions = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    for (const one of [String(pid), ...sessions]) killIfThere(Number(one));
  }
  await eventually('the primary has ended', async () => !server.running);
  await server.kill();
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
