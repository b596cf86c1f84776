import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SystemClock } from '../platform/clock/clock.js';
import { readMigrations } from '../platform/database/migrator.js';
import { WRITTEN_ONCE } from '../platform/database/written-once.js';
import { fault, ok, warning, type Finding } from './finding.js';
import { schemaFindings, type AppliedMigration } from './schema-findings.js';

const SUBJECT = 'DATABASE_URL';
const TIMEOUT_MS = 5_000;
const TRY_AGAIN_MS = 1_000;
const CLOCK_TOLERANCE_MS = 5_000;

/** Off, each of them loses what was committed when the machine or its power goes. */
const DURABILITY = ['synchronous_commit', 'fsync', 'full_page_writes'];

interface Server {
  superuser: boolean;
  owner: boolean;
  /** Tables of {@link WRITTEN_ONCE} that the role may change all the same, and how: `audit_events (UPDATE)`. */
  changeable: string[];
  /** Settings of the server that are off and must not be. */
  unsafe: string[];
  /** A standby, or a server that was told to take no writes. */
  readOnly: boolean;
  /** Somebody follows its WAL. Who, this role may not see: a standby, as a rule. */
  followed: boolean;
  /** The standbys that a commit may wait for are named, and this role's commits do wait. */
  named: boolean;
  waits: boolean;
  now: Date;
  migrated: boolean;
}

/**
 * Who we are on the database, whether a commit survives a crash there, and whether the schema is the one this build was
 * made for. Append-only is enforced by grants, and an owner has none to miss.
 *
 * @param read what else to ask the migrated database, on the same connection
 * @param patience how long a server is waited for that is not there yet, and who is told that it is waited for
 */
export async function databaseFindings(
  url: string | undefined,
  read: (client: pg.Client) => Promise<Finding[]> = async () => [],
  patience: Patience = { waitMs: 0 },
): Promise<Finding[]> {
  if (url === undefined) return [];
  let client: pg.Client | undefined;
  try {
    client = await connected(url, patience);
    const server = await ask(client);
    const findings = [...roleFindings(server), ...serverFindings(server)];
    if (!server.migrated) return [...findings, ...schemaFindings(readMigrations(), [])];
    const { rows } = await client.query<AppliedMigration>('SELECT version, name, sha256 FROM regain.schema_migrations');
    const schema = schemaFindings(readMigrations(), rows);
    findings.push(...schema);
    return schema.some(({ verdict }) => verdict === 'fault') ? findings : [...findings, ...(await read(client))];
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const detail = `cannot be used (${typeof code === 'string' ? code : 'no answer'})`;
    return [fault(SUBJECT, detail, 'start the server, or correct address, role and password')];
  } finally {
    await client?.end().catch(() => undefined);
  }
}

export interface Patience {
  waitMs: number;
  waiting?: () => void;
}

async function connected(url: string, { waitMs, waiting }: Patience): Promise<pg.Client> {
  const until = performance.now() + waitMs;
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (!isNotThereYet(error) || performance.now() >= until) throw error;
    }
    if (tries === 0) waiting?.();
    await pause(TRY_AGAIN_MS);
  }
}

/** The name, the way there, or whoever listens is missing, or the server is starting; a container's name comes with it. */
const NOT_THERE_YET = [
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  '57P03',
];
const CLOSED_UNANSWERED = ['timeout expired', 'Connection terminated unexpectedly'];

/** Whatever else a server says, it will say again. */
function isNotThereYet(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return code === undefined ? CLOSED_UNANSWERED.includes(message) : NOT_THERE_YET.includes(code);
}

async function ask(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(
    `
    SELECT r.rolsuper AS superuser,
      EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'regain' AND pg_has_role(current_user, n.nspowner, 'MEMBER')) AS owner,
      ARRAY(SELECT format('%s (%s)', c.relname, p.privilege)
        FROM jsonb_each($1::jsonb) AS once (table_name, columns)
          JOIN pg_class c ON c.relnamespace = to_regnamespace('regain') AND c.relname = once.table_name,
          unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
        WHERE has_table_privilege(c.oid, p.privilege)
          OR (p.privilege = 'UPDATE' AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND (jsonb_typeof(once.columns) = 'string' OR once.columns ? a.attname) AND has_column_privilege(c.oid, a.attnum, 'UPDATE')))
        ORDER BY 1) AS changeable,
      ARRAY(SELECT name FROM pg_settings WHERE name = ANY ($2) AND setting = 'off' ORDER BY 1) AS unsafe,
      current_setting('transaction_read_only') = 'on' AS "readOnly",
      EXISTS (SELECT FROM pg_stat_replication) AS followed,
      current_setting('synchronous_standby_names') <> '' AS named,
      current_setting('synchronous_commit') NOT IN ('off', 'local') AS waits,
      clock_timestamp() AS now,
      to_regclass('regain.schema_migrations') IS NOT NULL
        AND has_schema_privilege('regain', 'USAGE') AS migrated
    FROM pg_roles r WHERE r.rolname = current_user`,
    [JSON.stringify(WRITTEN_ONCE), DURABILITY],
  );
  const [server] = rows;
  if (!server) throw new Error('the role does not exist');
  return server;
}

function roleFindings({ superuser, owner, changeable }: Server): Finding[] {
  const remedy = 'connect as regain_app, which may do only what the migrations grant';
  if (superuser) return [fault(SUBJECT, 'is a superuser: nothing would be append-only', remedy)];
  if (owner) return [fault(SUBJECT, 'owns the schema: the audit trail could be changed', remedy)];
  if (changeable.length > 0) {
    const detail = `may change what is written once: ${changeable.join(', ')}`;
    return [fault(SUBJECT, detail, 'REVOKE these from the role; the migrations do not grant them')];
  }
  return [ok(SUBJECT, 'is not the owner, and may change nothing that is written once')];
}

function serverFindings(server: Server): Finding[] {
  const { unsafe, now } = server;
  const findings: Finding[] = [];
  for (const setting of unsafe) {
    const detail = `has ${setting} off: a commit that was answered could be lost`;
    findings.push(fault(SUBJECT, detail, `set ${setting} to on`));
  }
  findings.push(...standbyFindings(server));
  const apartMs = Math.abs(new SystemClock().now().getTime() - now.getTime());
  if (apartMs > CLOCK_TOLERANCE_MS) {
    const detail = `its clock and ours are ${Math.round(apartMs / 1_000)} s apart; the database’s decides`;
    findings.push(warning(SUBJECT, detail, 'synchronise the clocks'));
  }
  return findings;
}

/** What is answered has to be on the standby that takes over (docs/restore.md, "Prepare for failover"). */
function standbyFindings({ readOnly, followed, named, waits }: Server): Finding[] {
  if (readOnly)
    return [fault(SUBJECT, 'takes no writes: a standby, or told so', 'let the address lead to the primary')];
  if (named && !waits) {
    const detail =
      'names standbys, but commits of this role do not wait for them: a promoted one would lack what was answered';
    return [fault(SUBJECT, detail, 'set synchronous_commit to on')];
  }
  if (!followed || named) return [];
  const detail = 'has a standby that no commit waits for: if promoted, it would lack the last answers';
  return [warning(SUBJECT, detail, 'set synchronous_standby_names, or treat every promotion as a restore')];
}
