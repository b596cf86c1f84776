import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../package-root/package-root.js';
import { ADVISORY_LOCKS } from './advisory-locks.js';

describe('advisory locks', () => {
  it('are all different: two things under one number would wait for each other', () => {
    const numbers = Object.values(ADVISORY_LOCKS);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('name the one of a pause as the migration does', () => {
    const migration = readFileSync(packagePath('src/platform/database/migrations/0013-operations.sql'), 'utf8');
    expect(migration).toContain(`pg_advisory_xact_lock_shared(${ADVISORY_LOCKS.pause})`);
  });
});
