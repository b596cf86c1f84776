import type { Migration } from '../platform/database/migrator.js';
import { fault, ok, warning, type Finding } from './finding.js';

const SUBJECT = 'database schema';

export type AppliedMigration = Pick<Migration, 'version' | 'name' | 'sha256'>;

/**
 * A migration that takes something away says in its name which migration a build has to know to live without it:
 * `0014-contract-0012-old-column.sql`. Everything else only adds, and an older build does not notice.
 */
const CONTRACT = /^contract-(\d{4})-/;

/**
 * Whether this build can work on a database with these migrations. Missing ones are a fault. Newer ones are not, as long
 * as none took away what this build uses: while new processes start, old ones have to go on (F37).
 */
export function schemaFindings(known: readonly Migration[], applied: readonly AppliedMigration[]): Finding[] {
  const byVersion = new Map(applied.map((migration) => [migration.version, migration]));
  const newest = known.at(-1)?.version ?? 0;
  const missing = known.filter(({ version }) => !byVersion.has(version));
  if (missing.length > 0) {
    const detail = applied.length === 0 ? 'is not migrated' : `lacks migration ${missing[0]?.version} and later`;
    return [fault(SUBJECT, detail, 'run `regain migrate` with DATABASE_OWNER_URL')];
  }
  const changed = known.find(({ version, sha256 }) => byVersion.get(version)?.sha256 !== sha256);
  if (changed) {
    const detail = `migration ${changed.version} is not the one that ran here`;
    return [fault(SUBJECT, detail, 'run the build that made this database')];
  }
  const newer = applied.filter(({ version }) => version > newest);
  const needed = Math.max(0, ...newer.map(({ name }) => Number(CONTRACT.exec(name)?.[1] ?? 0)));
  if (needed > newest) {
    const detail = `was made for builds that know migration ${needed}; this one knows ${newest}`;
    return [fault(SUBJECT, detail, 'run a newer build')];
  }
  return newer.length > 0
    ? [warning(SUBJECT, `is ${newer.length} migrations ahead of this build`, 'finish the upgrade')]
    : [ok(SUBJECT, `is at migration ${newest}`)];
}
