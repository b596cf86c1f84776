import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { AUDIT_EVENT_TYPES } from '../../src/audit-trail/audit-event-types.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { STATE_REASONS } from '../../src/recovery-case/case-states.js';

/** Where the words are listed: that alone writes none of them. */
const LISTS = ['src/audit-trail/audit-event-types.ts', 'src/recovery-case/case-states.ts'];

const sources = readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('spec.ts') && !LISTS.includes(file))
  .map((file) => readFileSync(packagePath(file), 'utf8'));
const literals = new Set(
  sources.flatMap((text) => [...text.matchAll(/'([a-z_]+(?:\.[a-z_]+)?)'/g)].map(([, word]) => word)),
);
/** `verification.session_${state}` */
const beginnings = sources.flatMap((text) =>
  [...text.matchAll(/`([a-z]+\.[a-z_]+_)\$\{/g)].map(([, start = '']) => start),
);

const isWritten = (word: string): boolean => literals.has(word) || beginnings.some((start) => word.startsWith(start));

/** A word that is published and that nothing ever says is waited for in vain by whoever reads the contract. */
describe('a word of the contract', () => {
  it.each(STATE_REASONS)('state reason %s is given by something', (reason) => {
    expect(isWritten(reason)).toBe(true);
  });

  it.each(AUDIT_EVENT_TYPES)('audit type %s is written by something', (type) => {
    expect(isWritten(type)).toBe(true);
  });

  it.each(['second_reviewer_needed', 'api_key.borrowed', 'verification.sessions'])(
    'that nothing says is found out: %s',
    (word) => {
      expect(isWritten(word)).toBe(false);
    },
  );
});
