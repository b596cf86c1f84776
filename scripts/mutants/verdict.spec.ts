import { describe, expect, it } from '@jest/globals';
import { parseMutant, type Mutant } from './mutant-file.js';
import { judge } from './verdict.js';

const test = (name: string, spec = 'a.spec.ts'): { spec: string; name: string } => ({ spec, name });

const mutant = (name: string, red: string[]): Mutant => ({
  ...parseMutant(name, 'guards: x\nfile: a.ts\nspec: a.spec.ts\n'),
  red: red.map((each) => test(each)),
});

describe('the verdict on a mutant', () => {
  const two = mutant('owner', ['one', 'two']);

  it('is that it was caught when exactly its tests turned red, in any order', () => {
    expect(judge(two, [test('two'), test('one')])).toEqual({ kind: 'caught', details: [] });
  });

  it('names the test that stayed green, and what turned red in its place', () => {
    expect(judge(two, [test('two'), test('one', 'b.spec.ts')])).toEqual({
      kind: 'SURVIVED',
      details: ['stayed green: a.spec.ts › one', 'also red: b.spec.ts › one'],
    });
  });

  it('names a test that turned red beside the others', () => {
    const verdict = judge(two, [test('one'), test('two'), test('three')]);
    expect(verdict).toEqual({ kind: 'UNEXPECTED', details: ['also red: a.spec.ts › three'] });
  });

  it('counts tests of one name', () => {
    const pair = mutant('owner', ['one', 'one']);
    expect(judge(pair, [test('one'), test('one')]).kind).toBe('caught');
    expect(judge(pair, [test('one')]).kind).toBe('SURVIVED');
    expect(judge(pair, [test('one'), test('one'), test('one')]).kind).toBe('UNEXPECTED');
  });

  it('is that it survived when nothing is red, listed or not', () => {
    for (const each of [two, mutant('owner', [])])
      expect(judge(each, [])).toEqual({ kind: 'SURVIVED', details: ['no test turned red'] });
  });

  it('is that it survived when no red test has the number of its threat', () => {
    const threat = mutant('T33-owner', ['T331: one', 'two']);
    expect(judge(threat, threat.red).details[0]).toContain('no test named T33 turned red');
    const named = mutant('T33-owner', ['the owner (T33) two']);
    expect(judge(named, named.red).kind).toBe('caught');
  });
});
