import { describe, expect, it } from '@jest/globals';
import { readMigrations } from '../platform/database/migrator.js';
import { schemaFindings, type AppliedMigration } from './schema-findings.js';

const known = readMigrations();
const newest = known.length;
const newer = (name: string, version = newest + 1): AppliedMigration => ({ version, name, sha256: 'x' });
const verdict = (applied: readonly AppliedMigration[]): string =>
  schemaFindings(known, applied)
    .map(({ verdict, detail }) => `${verdict}: ${detail}`)
    .join();

describe('a database this build is started on', () => {
  it('may be the one it was made for', () => {
    expect(verdict(known)).toBe(`ok: is at migration ${newest}`);
  });

  it('must be migrated, and to the end', () => {
    expect(verdict([])).toBe('fault: is not migrated');
    expect(verdict(known.slice(0, -1))).toBe(`fault: lacks migration ${newest} and later`);
  });

  it('must not have been migrated by another text of the same number', () => {
    const [first, ...rest] = known;
    expect(verdict([{ ...(first as AppliedMigration), sha256: 'another' }, ...rest])).toContain(
      'fault: migration 1 is not',
    );
  });

  it('may be ahead: while new processes start, old ones go on (F37)', () => {
    expect(verdict([...known, newer('more-columns')])).toBe('warning: is 1 migrations ahead of this build');
    expect(verdict([...known, newer(`contract-${String(newest).padStart(4, '0')}-old-column`)])).toContain('warning');
  });

  it('must not lack what this build uses (F37)', () => {
    const contracted = newer(`contract-${String(newest + 1).padStart(4, '0')}-old-column`, newest + 2);
    expect(verdict([...known, newer('more-columns'), contracted])).toBe(
      `fault: was made for builds that know migration ${newest + 1}; this one knows ${newest}`,
    );
  });
});
