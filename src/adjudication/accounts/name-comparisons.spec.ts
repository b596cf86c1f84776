import { describe, expect, it } from '@jest/globals';
import { NameComparisons } from './name-comparisons.js';
import type { NamedPerson } from './namesakes.js';

const identity = (subjectId: string, givenName: string) => ({
  subjectId,
  profile: {
    ...{ login: '', displayName: '', emails: [], phones: [], formerEmails: [] },
    givenName,
    familyName: 'Stone',
  },
});

/** Counts how often its name is read. */
class Counted implements NamedPerson {
  reads = 0;
  readonly familyName = 'Stone';

  constructor(private readonly given: string) {}

  get givenName(): string {
    this.reads += 1;
    return this.given;
  }
}

describe('names that are compared with many', () => {
  it('are told from all but those that could be taken for them', async () => {
    const comparisons = new NameComparisons();
    comparisons.add({ subjectId: 'bill', person: { givenName: 'Bill', familyName: 'Stone' } }, ['will', 'ana']);
    comparisons.add({ subjectId: 'anna', person: { givenName: 'Anna', familyName: 'Stone' } }, ['will', 'ana']);
    expect(comparisons.others()).toEqual(['will', 'ana']);
    expect(comparisons.askersOf('ana')).toEqual(['bill', 'anna']);
    expect(await comparisons.namesakesOf(identity('will', 'William'))).toEqual(['bill']);
    expect(await comparisons.namesakesOf(identity('nobody', 'William'))).toEqual([]);
  });

  it('are compared with what the record says as well', async () => {
    const comparisons = new NameComparisons();
    comparisons.add({ subjectId: 'bill', person: { givenName: 'Bill', familyName: 'Stone' } }, ['one']);
    const one = { ...identity('one', 'Xaver'), record: { givenName: 'William', familyName: 'Stone' } };
    expect(await comparisons.namesakesOf(one)).toEqual(['bill']);
  });

  it('are read once, with however many they are compared', async () => {
    const [few, many] = [new Counted('Bill'), new Counted('Bill')];
    for (const [person, count] of [
      [few, 1],
      [many, 300],
    ] as const) {
      const comparisons = new NameComparisons();
      const others = Array.from({ length: count }, (_, at) => `sub_${at}`);
      comparisons.add({ subjectId: 'bill', person }, others);
      for (const other of others) await comparisons.namesakesOf(identity(other, 'Xaver'));
    }
    expect(many.reads).toBe(few.reads);
  });

  it('leave the thread to whoever waits for it in between', async () => {
    const comparisons = new NameComparisons();
    for (let at = 0; at < 1_001; at += 1)
      comparisons.add({ subjectId: `sub_${at}`, person: { givenName: 'Xaver', familyName: 'Stone' } }, ['will']);
    let turns = 0;
    let done = false;
    const others = (): void => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    await comparisons.namesakesOf(identity('will', 'William'));
    done = true;
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
