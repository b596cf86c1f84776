import { describe, expect, it } from '@jest/globals';
import { formatMutant, mutate, parseMutant, threatOf } from './mutant-file.js';

const TEXT = `guards: A case has one owner (T33)
file: src/a.ts
spec: src/a.spec.ts
red: the owner › T33: is asked: twice
red: the owner is asked
spec: src/b.int-spec.ts
red: the other owner
---- search
if (owner !== asked) return;
  stop();
---- replace
if ($& === '$1') return;
`;

describe('the file of a mutant', () => {
  it('says which tests turn red, spec by spec', () => {
    const mutant = parseMutant('T33-owner', TEXT);
    expect(mutant).toMatchObject({ name: 'T33-owner', guards: 'A case has one owner (T33)', file: 'src/a.ts' });
    expect(mutant.specs).toEqual(['src/a.spec.ts', 'src/b.int-spec.ts']);
    expect(mutant.red).toEqual([
      { spec: 'src/a.spec.ts', name: 'the owner › T33: is asked: twice' },
      { spec: 'src/a.spec.ts', name: 'the owner is asked' },
      { spec: 'src/b.int-spec.ts', name: 'the other owner' },
    ]);
    expect([threatOf(mutant), threatOf({ ...mutant, name: 'token-T33' })]).toEqual(['T33', undefined]);
  });

  it('is written as it was read', () => {
    const withoutReplacement = TEXT.slice(0, TEXT.indexOf('if ($&'));
    const old = TEXT.replaceAll(/^red: .*\n/gm, '');
    for (const text of [TEXT, withoutReplacement, old]) expect(formatMutant(parseMutant('x', text))).toBe(text);
  });

  it.each(['read: the owner is asked', 'red the owner is asked', 'T33'])('is refused with the line %s', (line) => {
    expect(() => parseMutant('T33-owner', `guards: x\nfile: y\nspec: z\n${line}\n`)).toThrow(`the line "${line}"`);
  });

  it('is refused when a test stands in no spec', () => {
    expect(() => parseMutant('T33-owner', 'guards: x\nred: the owner is asked\nspec: z\n')).toThrow('cannot read');
  });

  it('finds its text between other white space and puts the other there letter by letter', () => {
    const mutant = parseMutant('T33-owner', TEXT);
    const source = 'a();\nif (owner\n  !== asked)\n  return; stop();\nb();\n';
    expect(mutate(source, mutant)).toBe("a();\nif ($& === '$1') return;\nb();\n");
  });
});
