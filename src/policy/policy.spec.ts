import { describe, expect, it } from '@jest/globals';
import { covers, PolicyDocument } from './policy.js';
import { settingFaults } from './production-rules.js';

const minimal = { name: 'P', providers: ['local'], requiredChecks: ['face_match'] };
const faultsOf = (input: unknown): string[] =>
  PolicyDocument.safeParse(input).error?.issues.map((issue) => issue.path.join('.')) ?? [];

describe('PolicyDocument', () => {
  it('fills what is not given, inside sections too', () => {
    expect(PolicyDocument.parse({ ...minimal, limits: { attempts: 1 } })).toMatchObject({
      mode: 'production',
      waivedChecks: [],
      matching: { require: ['data'], unproofed: 'review' },
      limits: { caseTtlSeconds: 86_400, linkTtlSeconds: 1_800, tokenTtlSeconds: 600, attempts: 1 },
      review: { onFail: 'retry' },
      authorization: { privilegedNeedsSecondPerson: true },
      relay: { allowed: false },
      allowSpecimens: false,
    });
  });

  it('names every fault of a document, not the first', () => {
    const faults = faultsOf({
      name: '',
      providers: ['local', 'local'],
      requiredChecks: ['face_match', 'eye_colour'],
      matching: { require: [] },
      limits: { tokenTtlSeconds: 601, attempts: 0 },
      surprise: true,
    });
    expect(faults.sort()).toEqual(
      [
        '',
        'limits.attempts',
        'limits.tokenTtlSeconds',
        'matching.require',
        'name',
        'providers',
        'requiredChecks.1',
      ].sort(),
    );
  });

  it('refuses a document that binds evidence to no account', () => {
    expect(faultsOf({ ...minimal, matching: { require: [] } })).toEqual(['matching.require']);
  });
});

describe('settingFaults', () => {
  const demo = PolicyDocument.parse({
    ...minimal,
    waivedChecks: ['data_match'],
    allowSpecimens: true,
    allowRepeatedPictures: true,
    limits: { linkTtlSeconds: 100_000 },
  });

  it('refuses in production what exists for demonstrations, all of it at once', () => {
    const faults = settingFaults(demo, { embedded: false, providers: ['local'] });
    expect(faults.map((fault) => fault.pointer)).toEqual([
      '/waivedChecks',
      '/allowSpecimens',
      '/allowRepeatedPictures',
      '/limits/linkTtlSeconds',
    ]);
  });

  it('allows it in the embedded profile', () => {
    expect(settingFaults(demo, { embedded: true, providers: ['local'] })).toEqual([]);
  });

  it('refuses a provider that is not loaded', () => {
    expect(settingFaults(demo, { embedded: true, providers: ['sandbox'] }).map((fault) => fault.pointer)).toEqual([
      '/providers/0',
    ]);
  });
});

describe('covers', () => {
  it('takes everybody when nobody is named, and lets exclusion win', () => {
    expect(covers({ include: [], exclude: [] }, [])).toBe(true);
    expect(covers({ include: ['a'], exclude: [] }, ['b'])).toBe(false);
    expect(covers({ include: ['a'], exclude: ['b'] }, ['a', 'b'])).toBe(false);
  });
});
