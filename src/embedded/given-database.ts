import pg from 'pg';
import { ConfigurationError } from '../platform/config/config.js';

/**
 * Makes sure that a given database has the role to which the migrations grant. With `DATABASE_URL` alone the service
 * runs as the role in that URL, which may be the owner. Append-only tables are then not protected by rights, so the
 * service says so.
 *
 * @throws ConfigurationError when the role is missing and may not be made
 */
export async function ensureApplicationRole(ownerUrl: string, { sameRole }: { sameRole: boolean }): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'regain_app'");
    if (rowCount === 0) await client.query('CREATE ROLE regain_app NOLOGIN');
  } catch {
    throw new ConfigurationError([
      'DATABASE_URL: the role regain_app does not exist and cannot be created by this user',
    ]);
  } finally {
    await client.end();
  }
  if (sameRole) {
    process.stderr.write(
      'DATABASE_URL: give the application its own role (regain_app) and the owner in DATABASE_OWNER_URL; as the owner it could change the audit trail\n',
    );
  }
}
