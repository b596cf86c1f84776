import type { Client } from 'pg';
import { packagePath } from '../../../src/platform/package-root/package-root.js';

/** The committed description. `UPDATE_SCHEMA=1` with the migrator's spec writes it anew. */
export const SCHEMA_FILE = packagePath('test/security/schema/schema.txt');

/** One query per kind of thing; each row is one line. */
const PARTS: Record<string, string> = {
  tables: `
    SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
      COALESCE(' default ' || pg_get_expr(d.adbin, d.adrelid), CASE a.attidentity WHEN 'a' THEN ' identity' ELSE '' END)) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'regain'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  labels: `
    SELECT format('%s.%s %s', c.relname, a.attname, col_description(c.oid, a.attnum)) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    WHERE c.relnamespace = 'regain'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`,
  constraints: `
    SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) AS line FROM pg_constraint
    WHERE connamespace = 'regain'::regnamespace AND contype <> 'n' ORDER BY conrelid::regclass::text, contype, pg_get_constraintdef(oid)`,
  indexes: `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'regain' ORDER BY indexname`,
  triggers: `SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname`,
  functions: `SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = 'regain'::regnamespace ORDER BY proname`,
  grants: `
    SELECT format('%s: %s', c.relname, string_agg(p.privilege_type, ' ' ORDER BY p.privilege_type)) AS line
    FROM pg_class c, aclexplode(c.relacl) p WHERE c.relnamespace = 'regain'::regnamespace AND c.relkind IN ('r', 'S') AND p.grantee = 'regain_app'::regrole
    GROUP BY c.relname ORDER BY c.relname`,
  'column grants': `
    SELECT format('%s: %s (%s)', c.relname, p.privilege_type, string_agg(a.attname, ' ' ORDER BY a.attname)) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) p
    WHERE c.relnamespace = 'regain'::regnamespace AND p.grantee = 'regain_app'::regrole
    GROUP BY c.relname, p.privilege_type ORDER BY c.relname, p.privilege_type`,
  'function grants': `
    SELECT format('%s: %s', proname, string_agg(COALESCE(r.rolname, 'public'), ' ' ORDER BY r.rolname)) AS line
    FROM pg_proc, aclexplode(COALESCE(proacl, acldefault('f', proowner))) p LEFT JOIN pg_roles r ON r.oid = p.grantee
    WHERE pronamespace = 'regain'::regnamespace GROUP BY proname ORDER BY proname`,
};

/** The schema `regain` as text: what exists, how it is constrained, how it is labelled and who may do what. */
export async function describeSchema(client: Client): Promise<string> {
  await client.query('SET search_path = regain');
  const parts: string[] = [];
  for (const [name, query] of Object.entries(PARTS)) {
    const { rows } = await client.query<{ line: string }>(query);
    parts.push(`# ${name}`, ...rows.map((row) => row.line.trimEnd()), '');
  }
  return parts.join('\n');
}

export interface LabelledColumn {
  table: string;
  column: string;
  type: string;
  comment: string | null;
}

export async function columnLabels(client: Client): Promise<LabelledColumn[]> {
  const { rows } = await client.query<LabelledColumn>(`
    SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS comment
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    WHERE c.relnamespace = 'regain'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`);
  return rows;
}
