import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { statementsInSource } from '../growth/statements-in-source.js';

/** Of a case the platform knows the data key, and whom the key belongs to; of a person nothing. */
const OWN = ['case_keys', 'dead_letters', 'idempotency_keys', 'limit_counters', 'outbox', 'schema_migrations'];

const TABLES = [
  ...new Set(
    [...readFileSync(packagePath('test/security/schema/schema.txt'), 'utf8').matchAll(/^([a-z_]+)\.[a-z_]+ /gm)].map(
      ([, table]) => table ?? '',
    ),
  ),
];

describe('src/platform', () => {
  it('asks for no table but its own', () => {
    expect(TABLES).toEqual(expect.arrayContaining([...OWN, 'recovery_cases', 'recovery_pauses', 'subjects']));
    const found = statementsInSource()
      .filter(({ place }) => place.startsWith('src/platform/'))
      .flatMap(({ text }) => TABLES.filter((table) => new RegExp(`\\b${table}\\b`).test(text)));
    expect([...new Set(found)].filter((table) => !OWN.includes(table))).toEqual([]);
  });
});
