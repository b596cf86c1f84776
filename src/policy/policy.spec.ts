import { describe, expect, it } from '@jest/globals';
import { covers, isPrivileged, PolicyDocument } from './policy.js';
import { providerIds, providerRule } from './provider-rules.js';
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

describe('providers of a policy', () => {
  const providers = ['local', { id: 'alpha', when: { countries: ['DEU'] }, share: 30, unprovenDevice: 'allow' }];
  const document = PolicyDocument.parse({ ...minimal, providers });

  it('stay as they were written: an id an id, a rule a rule', () => {
    expect(document.providers).toEqual(providers);
    expect(providerIds(document)).toEqual(['local', 'alpha']);
  });

  it('need a confirmed device unless one says otherwise', () => {
    expect(providerRule(document, 'local')).toEqual({ id: 'local', unprovenDevice: 'confirm' });
    expect(providerRule(document, 'alpha')?.unprovenDevice).toBe('allow');
    expect(providerRule(document, 'beta')).toBeUndefined();
  });

  it.each([
    [['alpha', { id: 'alpha' }]],
    [[{ id: 'alpha', when: { countries: ['DE'] } }]],
    [[{ id: 'alpha', when: { countries: [] } }]],
    [[{ id: 'alpha', when: { documentTypes: ['library_card'] } }]],
    [[{ id: 'alpha', share: 0 }]],
    [[{ id: 'alpha', share: 101 }]],
    [[{ id: 'alpha', maxSessionCost: 1.5 }]],
    [[{ id: 'alpha', weight: 3 }]],
  ])('are refused as %j', (entries) => {
    expect(faultsOf({ ...minimal, providers: entries })).not.toEqual([]);
  });
});

describe('settingFaults', () => {
  const STRONG = { aal3Checks: ['document_authenticity', 'face_match', 'presentation_attack'] };
  const demo = PolicyDocument.parse({
    ...minimal,
    providers: [{ id: 'local', unprovenDevice: 'allow' }],
    waivedChecks: ['data_match'],
    allowSpecimens: true,
    allowRepeatedPictures: true,
    limits: { linkTtlSeconds: 100_000 },
  });

  it('refuses in production what exists for demonstrations, all of it at once', () => {
    const faults = settingFaults(demo, { embedded: false, providers: ['local'] });
    expect(faults.map((fault) => fault.pointer)).toEqual([
      '/waivedChecks',
      '/providers/0/unprovenDevice',
      '/requiredChecks',
      '/strength/aal3Checks',
      '/allowSpecimens',
      '/allowRepeatedPictures',
      '/limits/linkTtlSeconds',
    ]);
  });

  it('refuses in production to rely on the own machine without asking for attack detection (T70)', () => {
    const faultsWith = (requiredChecks: string[], providers = ['local']): string[] =>
      settingFaults(PolicyDocument.parse({ ...minimal, providers, requiredChecks, strength: STRONG }), {
        embedded: false,
        providers: ['local', 'alpha'],
      }).map((fault) => fault.pointer);
    expect(faultsWith(['face_match'])).toEqual(['/requiredChecks']);
    expect(faultsWith(['face_match'], ['alpha', 'local'])).toEqual(['/requiredChecks']);
    expect(faultsWith(['face_match', 'presentation_attack'])).toEqual([]);
    expect(faultsWith(['face_match'], ['alpha'])).toEqual([]);
  });

  it('T61 refuses in production to ask less of the strongest accounts than a sign-in is worth', () => {
    const asked = (document: Record<string, unknown>) =>
      settingFaults(PolicyDocument.parse({ ...minimal, providers: ['alpha'], ...document }), {
        embedded: false,
        providers: ['alpha'],
      });
    expect(asked({})).toMatchObject([
      { pointer: '/strength/aal3Checks', detail: expect.stringMatching(/document_authenticity, presentation_attack$/) },
    ]);
    expect(asked({ strength: STRONG })).toEqual([]);
    expect(asked({ strength: { aal2Checks: STRONG.aal3Checks } })).toEqual([]);
    expect(asked({ requiredChecks: STRONG.aal3Checks })).toEqual([]);
  });

  it('T79 refuses in production to keep evidence for less than a day', () => {
    const faultsIn = (embedded: boolean, evidenceSeconds: number): string[] =>
      settingFaults(
        PolicyDocument.parse({
          ...minimal,
          providers: ['alpha'],
          strength: STRONG,
          retention: { evidenceSeconds },
        }),
        { embedded, providers: ['alpha'] },
      ).map((fault) => fault.pointer);
    expect(faultsIn(false, 86_399)).toEqual(['/retention/evidenceSeconds']);
    expect(faultsIn(false, 86_400)).toEqual([]);
    expect(faultsIn(true, 1)).toEqual([]);
  });

  it('T33 refuses in production that a recovery by a link that was passed on waits for nothing', () => {
    const faultsIn = (embedded: boolean, relay: { allowed: boolean; holdSeconds: number }): string[] =>
      settingFaults(PolicyDocument.parse({ ...minimal, providers: ['alpha'], strength: STRONG, relay }), {
        embedded,
        providers: ['alpha'],
      }).map(({ pointer }) => pointer);
    expect(faultsIn(false, { allowed: true, holdSeconds: 0 })).toEqual(['/relay/holdSeconds']);
    expect(faultsIn(false, { allowed: true, holdSeconds: 1 })).toEqual([]);
    expect(faultsIn(false, { allowed: false, holdSeconds: 0 })).toEqual([]);
    expect(faultsIn(true, { allowed: true, holdSeconds: 0 })).toEqual([]);
  });

  it('T61 refuses in production a way without a document that nobody could stop in time', () => {
    const faults = (hold: Record<string, number>) =>
      settingFaults(
        PolicyDocument.parse({
          ...minimal,
          providers: ['alpha'],
          strength: STRONG,
          matching: { withoutDocument: 'codes' },
          hold,
        }),
        { embedded: false, providers: ['alpha'] },
      ).map(({ pointer }) => pointer);
    const DAY = 86_400;
    for (const member of ['seconds', 'fairEvidenceSeconds', 'weakEvidenceSeconds'])
      expect(faults({ [member]: DAY - 1 })).toEqual(['/hold/weakEvidenceSeconds']);
    expect(faults({ fairEvidenceSeconds: DAY })).toEqual(['/hold/weakEvidenceSeconds']);
    for (const member of ['seconds', 'weakEvidenceSeconds']) expect(faults({ [member]: DAY })).toEqual([]);
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

describe('isPrivileged', () => {
  const named = PolicyDocument.parse({ ...minimal, authorization: { privilegedGroups: ['board'] } });

  it('takes the account’s own flag, or a group the policy names', () => {
    expect(isPrivileged(named, { privileged: false, recentGroups: ['staff'] })).toBe(false);
    expect(isPrivileged(named, { privileged: false, recentGroups: ['staff', 'board'] })).toBe(true);
    expect(isPrivileged(named, { privileged: true, recentGroups: [] })).toBe(true);
    expect(isPrivileged(PolicyDocument.parse(minimal), { privileged: false, recentGroups: ['board'] })).toBe(false);
  });
});

describe('covers', () => {
  it('takes everybody when nobody is named, and lets exclusion win', () => {
    expect(covers({ include: [], exclude: [] }, [])).toBe(true);
    expect(covers({ include: ['a'], exclude: [] }, ['b'])).toBe(false);
    expect(covers({ include: ['a'], exclude: ['b'] }, ['a', 'b'])).toBe(false);
  });
});
