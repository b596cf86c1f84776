import { describe, expect, it } from '@jest/globals';
import { brokenPromises, measure, PAIR_CLASSES, worseThan, type ClassRow } from './match-table.js';

/** As published. */
const PER_CLASS = 200;

describe('the table of matching rules', () => {
  const rows = measure(1, PER_CLASS);

  it('T63 T65 has pairs of every class, and ours is wrong less often than every other rule, class by class and overall', () => {
    expect(rows.map(({ pairs }) => pairs)).toEqual(PAIR_CLASSES.map(() => PER_CLASS));
    expect(brokenPromises(rows)).toEqual([]);
  });

  it('T63 takes nobody for somebody else, apart from the limits that it names', () => {
    const mistaken = rows.filter(({ samePerson, limit, wrong }) => !samePerson && !limit && wrong.ours > 0);
    expect(mistaken).toEqual([]);
    expect(rows.filter(({ limit }) => limit).map(({ name }) => name)).toHaveLength(4);
  });

  it('T63 recognises as many by the issuer of a passport as by a nationality, and without either mistakes nobody more', () => {
    const few = 15;
    const [read, byIssuer, bare] = (['read', 'by_issuer', 'not_at_all'] as const).map((shown) =>
      measure(1, few, shown),
    );
    expect(byIssuer).toEqual(read);
    const worse = worseThan(bare ?? [], read ?? []);
    expect(worse.map(({ samePerson }) => samePerson)).not.toContain(false);
    expect(worse.map(({ name }) => name)).toContain('given and family name exchanged');
  });

  it('notices a broken promise, in one class and in sum', () => {
    const row = (change: Partial<ClassRow>): ClassRow => ({
      name: 'one',
      samePerson: true,
      limit: false,
      pairs: 10,
      wrong: { ours: 1, entraExact: 2, entraRelaxed: 2, duo: 1 },
      ...change,
    });
    expect(brokenPromises([row({})])).toEqual(['one: 1 wrong, duo 1 of 10', 'overall: 1 wrong, duo 1 of 10']);
    expect(brokenPromises([row({ samePerson: false })])).toEqual([]);
    const mistaken = row({ samePerson: false, wrong: { ours: 1, entraExact: 0, entraRelaxed: 3, duo: 3 } });
    expect(brokenPromises([mistaken])).toHaveLength(2);
    expect(brokenPromises([row({ limit: true })])).toEqual([]);
  });
});
