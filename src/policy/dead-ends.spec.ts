import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { deadEnds } from './dead-ends.js';
import { PolicyDocument } from './policy.js';

const warningsOf = (document: Record<string, unknown>): string[] =>
  deadEnds(PolicyDocument.parse({ name: 'P', providers: ['clear1'], requiredChecks: ['face_match'], ...document })).map(
    ({ pointer, code, detail }) => `${pointer} ${code} ${detail}`,
  );

describe('what a profile sends to reviewers who could not approve it', () => {
  it('is nothing under the defaults, with a partner', () => {
    expect(warningsOf({})).toEqual([]);
  });

  it('is a name in another script where data_match may not be settled, unless nobody compares data', () => {
    const review = { reviewable: ['face_match'] };
    expect(warningsOf({ review })).toEqual([
      expect.stringMatching(/^\/review\/reviewable nobody_may_settle data_match/),
    ]);
    expect(warningsOf({ review, matching: { require: ['portrait'] } })).toEqual([]);
    expect(warningsOf({ review, waivedChecks: ['data_match'] })).toEqual([]);
  });

  it('is everything the own machine leaves open at best, and does not look for at all', () => {
    const own = {
      providers: ['clear1', 'local'],
      requiredChecks: ['document_authenticity', 'face_match', 'presentation_attack', 'injection_attack'],
    };
    expect(warningsOf(own)).toEqual([
      expect.stringMatching(/^\/review\/reviewable .*document_authenticity, presentation_attack/),
      expect.stringMatching(/^\/requiredChecks .*injection_attack/),
    ]);
    const settled = { reviewable: ['data_match', 'document_authenticity', 'presentation_attack'] };
    expect(warningsOf({ ...own, requiredChecks: own.requiredChecks.slice(0, 3), review: settled })).toEqual([]);
    expect(warningsOf({ ...own, providers: ['clear1'] })).toEqual([]);
  });

  it('is nothing in the example of the documentation', () => {
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(readFileSync('docs/policies.md', 'utf8')) ?? [];
    expect(deadEnds(PolicyDocument.parse(parse(yaml)))).toEqual([]);
  });
});
