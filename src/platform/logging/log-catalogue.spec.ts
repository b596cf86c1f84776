import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LOG_CATALOGUE } from './log-catalogue.js';

const SRC = join(import.meta.dirname, '../..');
const source = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('spec.ts'))
  .map((file) => readFileSync(join(SRC, file), 'utf8'))
  .join('\n');

describe('the log catalogue', () => {
  it.each(Object.keys(LOG_CATALOGUE))('has %s, and something logs it', (code) => {
    expect(source).toMatch(new RegExp(`\\b(?:info|warn|error|debug)\\??\\.?\\(\\s*(?:[^()']*\\? *)?'${code}'`));
  });
});
