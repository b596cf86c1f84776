import pg from 'pg';
import { SystemClock } from '../platform/clock/clock.js';
import { readMigrations } from '../platform/database/migrator.js';
import { fault, ok, warning, type Finding } from './finding.js';
import { schemaFindings, type AppliedMigration } from './schema-findings.js';

const SUBJECT = 'DATABASE_URL';
const TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_MS = 5_000;

interface Server {
  superuser: boolean;
  owner: boolean;
  synchronous: string;
  now: Date;
  migrated: boolean;
}

/**
 * Who we are on the database, whether a commit survives a crash there, and whether the schema is the one this build was
 * made for. Append-only is enforced by grants, and an owner has none to miss.
 *
 * @param read what else to ask the migrated database, on the same connection
 */
export async function databaseFindings(
  url: string | undefined,
  read: (client: pg.Client) => Promise<Finding[]> = async () => [],
): Promise<Finding[]> {
  if (url === undefined) return [];
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
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
    await client.end().catch(() => undefined);
  }
}

async function ask(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(`
    SELECT r.rolsuper AS superuser,
      EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'regain' AND pg_has_role(current_user, n.nspowner, 'MEMBER')) AS owner,
      current_setting('synchronous_commit') AS synchronous,
      clock_timestamp() AS now,
      to_regclass('regain.schema_migrations') IS NOT NULL
        AND has_schema_privilege('regain', 'USAGE') AS migrated
    FROM pg_roles r WHERE r.rolname = current_user`);
  const [server] = rows;
  if (!server) throw new Error('the role does not exist');
  return server;
}

function roleFindings({ superuser, owner }: Server): Finding[] {
  const remedy = 'connect as regain_app, which may do only what the migrations grant';
  if (superuser) return [fault(SUBJECT, 'is a superuser: nothing would be append-only', remedy)];
  if (owner) return [fault(SUBJECT, 'owns the schema: the audit trail could be changed', remedy)];
  return [ok(SUBJECT, 'is not the owner')];
}

function serverFindings({ synchronous, now }: Server): Finding[] {
  const findings: Finding[] = [];
  if (synchronous === 'off') {
    const detail = 'has synchronous_commit off: an answer could be given for a commit that is lost';
    findings.push(fault(SUBJECT, detail, 'set synchronous_commit to on, or remote_write or remote_apply'));
  }
  const apartMs = Math.abs(new SystemClock().now().getTime() - now.getTime());
  if (apartMs > CLOCK_TOLERANCE_MS) {
    const detail = `its clock and ours are ${Math.round(apartMs / 1_000)} s apart; the database’s decides`;
    findings.push(warning(SUBJECT, detail, 'synchronise the clocks'));
  }
  return findings;
}
