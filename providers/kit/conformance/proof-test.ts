import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from '@jest/globals';
import type { Suite } from './suite.js';

/** Declared last: what this run has shown is what the committed record says. */
export function declareProofTest(suite: Suite): void {
  const { options, capabilities } = suite;
  const { proof } = options;
  if (!proof) return;
  const proven: Record<string, number> = {};
  const prefix = `${options.definition.id} conforms `;
  const title = 'the record of what was proven is the one that is published';

  beforeEach(() => {
    const name = expect.getState().currentTestName ?? '';
    if (name.startsWith(prefix) && !name.endsWith(title)) {
      const group = groupOf(name.slice(prefix.length));
      proven[group] = (proven[group] ?? 0) + 1;
    }
  });

  it(title, () => {
    const record = {
      provider: options.definition.id,
      capabilities,
      proven,
      notApplicable: options.notApplicable ?? {},
    };
    if (process.env.UPDATE_PROOFS === '1') writeFileSync(proof, `${JSON.stringify(record, null, 2)}\n`);
    const published: unknown = existsSync(proof) ? JSON.parse(readFileSync(proof, 'utf8')) : undefined;
    expect(published).toEqual(JSON.parse(JSON.stringify(record)));
  });
}

const GROUPS = [
  'what it declares',
  'its environment',
  'opening a session',
  'another address into a session',
  'ending a session',
  'what it reports',
  'what a report is bound to',
  'a push',
  'createSession when the partner answers',
  'fetchResult when the partner answers',
  'handleReturn when the partner answers',
  'renewHandoff when the partner answers',
  'submitEvidence when the partner answers',
  'its other calls',
  'the answer of a',
  'everything it reported, threw and logged',
];

const groupOf = (name: string): string => GROUPS.find((group) => name.startsWith(group)) ?? 'other';
