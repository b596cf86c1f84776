import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, type CheckKind, type IdentityAttributes } from '../kit/index.js';
import { parseAssuranceRows, type AssurancePolicy } from './assurance-policy.js';
import { toEndedReport, toReport } from './mapping.js';
import { externalIdOf } from './session-proofs.js';
import { ALL_MATCHED, PERSON, verified } from './fixtures/spec-vendor.js';
import { idTokenClaims } from './types.js';

const FULL = 'IDV-DELEGATED/VERIFIED=document_authenticity+face_match+presentation_attack+data_match';
const policyOf = (rows: string, evidenceKinds: CheckKind[] = []): AssurancePolicy => ({
  rows: parseAssuranceRows(rows) ?? [],
  evidenceKinds,
});
const POLICY = policyOf(FULL);

const fixture = (name: string) =>
  idTokenClaims.parse(JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')));

interface Given {
  policy?: AssurancePolicy;
  expected?: IdentityAttributes;
  live?: boolean;
  userinfo?: { verified_claims?: unknown };
}

function reportOf(claims: unknown, { policy = POLICY, expected = PERSON, live = true, userinfo }: Given = {}) {
  const idToken = idTokenClaims.parse({ sub: 's', nonce: 'n', iat: 1_700_000_000, aud: 'c', verified_claims: claims });
  return toReport({ idToken, userinfo }, { policy, expected, live });
}
const resultOf = (kind: CheckKind, report: ReturnType<typeof reportOf>) =>
  report.checks.find((check) => check.kind === kind);
const passed = (report: ReturnType<typeof reportOf>) =>
  report.checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);
const results = (report: ReturnType<typeof reportOf>) => new Set(report.checks.map(({ result }) => result));
const ALL = ['document_authenticity', 'face_match', 'presentation_attack', 'data_match'];

describe('the examples of Okta’s guide', () => {
  it('VERIFIED with values: the identity, to be compared by us; claims we never asked for make it open', () => {
    const report = toReport({ idToken: fixture('okta-verified') }, { policy: POLICY, expected: PERSON, live: true });
    expect(report.identity?.reveal()).toEqual({ givenName: 'Patrick', familyName: 'Jones', birthDate: '2000-01-01' });
    expect(passed(report)).toEqual(['document_authenticity', 'face_match', 'presentation_attack']);
    expect(resultOf('data_match', report)).toMatchObject({ result: 'not_run' });
    // Its time has no zone, so the token's own is taken.
    expect(report.provenance.checkedAt).toBe('2024-05-06T21:31:23.000Z');

    const wide = toReport({ idToken: fixture('okta-verified-wide') }, { policy: POLICY, expected: PERSON, live: true });
    expect(results(wide)).toEqual(new Set(['indeterminate', 'not_run']));
    expect(wide.identity).toBeUndefined();
  });

  it('FAILED in a valid token is a failure, and names what did not agree', () => {
    const report = toReport({ idToken: fixture('okta-failed') }, { policy: POLICY, expected: PERSON, live: true });
    expect(report).toMatchObject({ status: 'completed', terminal: true });
    expect(resultOf('data_match', report)).toEqual({
      kind: 'data_match',
      result: 'fail',
      reasonCodes: ['name_differs'],
      level: 'IDV-DELEGATED/FAILED',
    });
    expect(resultOf('face_match', report)).toMatchObject({ result: 'fail', reasonCodes: ['data_missing'] });
    expect([passed(report), report.identity, report.matchedOnly]).toEqual([[], undefined, undefined]);
    expect(report.provenance.checkedAt).toBe('2024-10-07T10:00:00.000Z');
  });

  it('MATCHED says which attributes agreed, and nothing else about the person', () => {
    const report = reportOf([verified(ALL_MATCHED)]);
    expect(passed(report).sort()).toEqual([...ALL].sort());
    expect(report).toMatchObject({
      matchedOnly: ['givenName', 'familyName', 'birthDate'],
      assurance: { framework: 'IDV-DELEGATED', level: 'VERIFIED' },
      binding: { externalId: externalIdOf('n'), nonce: 'n' },
    });
    expect(report.identity).toBeUndefined();
  });

  it('empty claims are allowed and compare nothing', () => {
    const report = reportOf([verified({})]);
    expect(resultOf('data_match', report)).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
    expect(report.matchedOnly).toBeUndefined();
    expect(passed(report)).toEqual(['document_authenticity', 'face_match', 'presentation_attack']);
  });
});

describe('the verdict', () => {
  it.each([
    ['FAILED', 'fail'],
    [null, 'fail'],
    [undefined, 'fail'],
    ['VERIFIED', 'pass'],
    ['verified', 'indeterminate'],
    ['VERIFIED ', 'indeterminate'],
    ['VERIFIED\u0000', 'indeterminate'],
    ['VERІFIED', 'indeterminate'],
    ['failed', 'indeterminate'],
    ['PENDING', 'indeterminate'],
    ['', 'indeterminate'],
    [true, 'indeterminate'],
    [['VERIFIED'], 'indeterminate'],
    [{ value: 'VERIFIED' }, 'indeterminate'],
    ['constructor', 'indeterminate'],
  ])('T39 the level %j is %s', (level, result) => {
    const report = reportOf([verified(ALL_MATCHED, { assurance_level: level })]);
    expect(resultOf('face_match', report)?.result).toBe(result);
  });

  it.each([['IDV_DELEGATED'], ['idv-delegated'], ['eidas'], [null], [7], ['__proto__'], [undefined]])(
    'T39 the framework %j is nobody’s word for anything',
    (framework) => {
      const report = reportOf([verified(ALL_MATCHED, { trust_framework: framework })]);
      expect(results(report)).toEqual(new Set(['indeterminate', 'not_run']));
      expect(report.matchedOnly).toBeUndefined();
    },
  );

  it.each([[undefined], [null], [[]], [{}], ['VERIFIED'], [[null]], [[[]]], [true]])(
    'T39 verified_claims that are %j are open',
    (claims) => {
      expect(results(reportOf(claims))).toEqual(new Set(['indeterminate', 'not_run']));
    },
  );

  it('an object is as good as a list of one', () => {
    expect(passed(reportOf(verified(ALL_MATCHED))).sort()).toEqual([...ALL].sort());
  });

  it('of several, the one that satisfies; of those, the one that shows most', () => {
    const policy = policyOf('eidas/substantial=document_authenticity IDV-DELEGATED/VERIFIED=face_match+data_match');
    const eidas = { trust_framework: 'eidas', assurance_level: 'substantial' };
    const other = verified({ given_name: 'X' }, { trust_framework: 'de_aml' });
    const report = reportOf([other, verified({}, eidas), verified(ALL_MATCHED)], { policy });
    expect(report.assurance).toEqual({ framework: 'IDV-DELEGATED', level: 'VERIFIED' });
    expect(passed(report).sort()).toEqual(['data_match', 'face_match']);
  });

  it.each([
    ['a success and a failure', [verified(ALL_MATCHED), verified({}, { assurance_level: 'FAILED' })]],
    ['a failure and a success', [verified({}, { assurance_level: null }), verified(ALL_MATCHED)]],
    ['two names', [verified({ given_name: 'Ada' }), verified({ given_name: 'Eve' })]],
  ])('T40 %s contradict each other: nothing passes and no name is taken', (_title, claims) => {
    const report = reportOf(claims);
    expect(results(report)).toEqual(new Set(['indeterminate', 'not_run']));
    expect(resultOf('face_match', report)?.reasonCodes).toEqual(['partner_undecided']);
    expect(report.identity).toBeUndefined();
  });

  it('T40 a name is taken from the assertion that passes, never from one that does not', () => {
    const stranger = verified({ family_name: 'Else' }, { trust_framework: 'de_aml' });
    expect(reportOf([stranger, verified(ALL_MATCHED)]).identity).toBeUndefined();
  });

  it('T40 UserInfo beside the token: either may carry it, and they must not contradict', () => {
    const good = { verified_claims: verified(ALL_MATCHED) };
    expect(passed(reportOf(undefined, { userinfo: good })).sort()).toEqual([...ALL].sort());
    const bad = [verified({}, { assurance_level: 'FAILED' })];
    expect(passed(reportOf(bad, { userinfo: good }))).toEqual([]);
  });

  it('says as much of framework and level as a report holds', () => {
    const [framework, level] = ['f'.repeat(64), 'l'.repeat(64)];
    const said = verified(ALL_MATCHED, { trust_framework: framework, assurance_level: level });
    const report = reportOf(said, { policy: policyOf(`${framework}/${level}=data_match`) });
    expect(resultOf('data_match', report)).toMatchObject({
      result: 'pass',
      level: `${framework}/${level}`.slice(0, 100),
    });
  });

  it('a framework without levels passes only where the policy has a row without one', () => {
    const silent = verified(ALL_MATCHED, { trust_framework: 'de_aml', assurance_level: undefined });
    expect(passed(reportOf(silent, { policy: policyOf('de_aml=data_match') }))).toEqual(['data_match']);
    expect(passed(reportOf(silent, { policy: policyOf('de_aml/high=data_match') }))).toEqual([]);
  });

  it('T37 is live only when the client belongs to production', () => {
    expect(reportOf([verified(ALL_MATCHED)], { live: false }).provenance.live).toBe(false);
    const session = { externalId: 'e', nonce: 'n', live: false, at: '2026-11-22T10:00:00.000Z' };
    expect(toEndedReport('access_denied', session).provenance.live).toBe(false);
  });

  it('T38 by default nothing but the comparison of data is believed', () => {
    const report = reportOf([verified(ALL_MATCHED)], { policy: policyOf('IDV-DELEGATED/VERIFIED=data_match') });
    expect(passed(report)).toEqual(['data_match']);
    expect(resultOf('face_match', report)).toMatchObject({ reasonCodes: ['not_supported_by_provider'] });
  });
});

describe('the claims', () => {
  const withClaims = (claims: unknown, given: Given = {}) => reportOf([verified(claims)], given);

  it.each([
    [{ ...ALL_MATCHED, email: { value: 'MATCHED', fuzzy: true } }],
    [{ ...ALL_MATCHED, verified: true }],
    [{ ...ALL_MATCHED, GIVEN_NAME: 'Ada' }],
    [{ ...ALL_MATCHED, given_name: 7 }],
    [{ ...ALL_MATCHED, given_name: ['MATCHED'] }],
    [{ ...ALL_MATCHED, given_name: '' }],
    [{ ...ALL_MATCHED, given_name: { value: { value: 'MATCHED' } } }],
    [{ ...ALL_MATCHED, given_name: { value: null, fuzzy: true } }],
    [{ ...ALL_MATCHED, given_name: null }],
    [{ ...ALL_MATCHED, birthdate: '10.12.1990' }],
  ])('%j is for a person to look at: nothing passes', (claims) => {
    const report = withClaims(claims);
    expect(results(report)).toEqual(new Set(['indeterminate', 'not_run']));
    expect([report.identity, report.matchedOnly]).toEqual([undefined, undefined]);
  });

  it.each([
    ['1990', '1990-00-00'],
    ['1990-12-10', '1990-12-10'],
    ['1990-12-00', '1990-12-00'],
  ])('the birth date %s is %s', (birthdate, birthDate) => {
    const report = withClaims({ given_name: 'Ada', family_name: 'Byron', birthdate });
    expect(report.identity?.reveal().birthDate).toBe(birthDate);
  });

  it.each(['0000-12-10', '1990-02-30', '90', '1990-00-10'])('%s is no birth date: nothing passes', (birthdate) => {
    expect(passed(withClaims({ ...ALL_MATCHED, birthdate }))).toEqual([]);
  });

  it('MATCHED about a birth date without its day means nothing, as the protocol has no word to send it in', () => {
    const matched = (birthDate: string) => withClaims(ALL_MATCHED, { expected: { ...PERSON, birthDate } }).matchedOnly;
    expect(matched('1990-12-00')).toBeUndefined();
    expect(matched('1990-00-00')).toContain('birthDate');
  });

  it('MATCHED about a value we never sent means nothing', () => {
    const { birthDate: _unknown, ...expected } = PERSON;
    expect(passed(withClaims(ALL_MATCHED, { expected }))).toEqual([]);
  });

  it.each(['matched', 'MATCHED ', 'Matched', 'МATCHED'])('T41 %j is a name, not the word', (value) => {
    const report = withClaims({ ...ALL_MATCHED, given_name: { value, fuzzy: true } });
    expect(report.identity?.reveal()).toEqual({ givenName: value });
    expect(report.matchedOnly).toEqual(['familyName', 'birthDate']);
    expect(resultOf('data_match', report)?.result).toBe('not_run');
  });

  it('values that are the expected ones, letter by letter, agree; others are ours to compare', () => {
    const plain = { given_name: 'Ada', family_name: { value: 'Byron' }, birthdate: '1990-12-10' };
    expect(resultOf('data_match', withClaims(plain))?.result).toBe('pass');
    const report = withClaims({ ...plain, family_name: 'Byron-King' });
    expect(resultOf('data_match', report)).toMatchObject({
      result: 'not_run',
      reasonCodes: ['not_supported_by_provider'],
    });
    expect(report.identity?.reveal()).toMatchObject({ familyName: 'Byron-King' });
  });

  it('are sealed', () => {
    const report = withClaims({ given_name: 'Ada', family_name: 'Byron', birthdate: '1990-12-10' });
    expect(JSON.stringify(report)).not.toMatch(/Ada|Byron|1990/);
  });
});

describe('listed evidence (OpenID Identity Assurance)', () => {
  const evidence = fixture('ida-evidence').verified_claims;
  const policy = policyOf('nist_800_63A/ial2=data_match', ['document_authenticity', 'face_match']);

  it('shows which checks were made, and the document', () => {
    const report = reportOf(evidence, { policy, expected: { ...PERSON, givenName: 'Inga' } });
    expect(passed(report)).toEqual(['document_authenticity', 'face_match']);
    expect(report.document?.reveal()).toEqual({
      documentType: 'driving_licence',
      number: 'I1234568',
      expiryDate: '2034-08-01',
      issuingCountry: 'USA',
    });
  });

  it.each([
    [
      'no check of the face',
      [{ type: 'document', check_details: [{ check_method: 'vri' }] }],
      ['document_authenticity'],
    ],
    ['methods nobody knows', [{ type: 'document', check_details: [{ check_method: 'toString' }] }], []],
    ['another kind of evidence', [{ type: 'electronic_record', check_details: [{ check_method: 'bvr' }] }], []],
    ['nothing readable', ['vri', null, { type: 'document', check_details: 'vri' }], []],
    ['no list', { type: 'document' }, []],
    ['nothing', undefined, []],
  ])('T38 with %s, what is not listed was not run', (_title, list, kinds) => {
    const report = reportOf(
      verified({}, { trust_framework: 'nist_800_63A', assurance_level: 'ial2', evidence: list }),
      { policy },
    );
    expect(passed(report)).toEqual(kinds);
  });

  it('shows nothing under a level that the policy does not know', () => {
    const report = reportOf(evidence, { policy: policyOf('nist_800_63A/ial3=data_match', ['face_match']) });
    expect([passed(report), report.document]).toEqual([[], undefined]);
  });

  it.each([
    ['idcard', 'identity_card'],
    ['bank_statement', undefined],
    ['other', undefined],
    ['constructor', undefined],
  ])('T39 calls a %s %s: what it does not know it leaves out', (type, expected) => {
    const list = [{ type: 'document', document_details: { type, document_number: '1' } }];
    const said = verified({}, { trust_framework: 'nist_800_63A', assurance_level: 'ial2', evidence: list });
    expect(reportOf(said, { policy }).document?.reveal()).toMatchObject({ number: '1' });
    expect(reportOf(said, { policy }).document?.reveal().documentType).toBe(expected);
  });

  it('of two documents tells neither', () => {
    const entry = { type: 'document', document_details: { document_number: '1' } };
    const twice = verified({}, { trust_framework: 'nist_800_63A', assurance_level: 'ial2', evidence: [entry, entry] });
    expect(reportOf(twice, { policy }).document).toBeUndefined();
  });
});

describe('whatever a vendor signs', () => {
  it('nothing passes without the exact pair, and the report lists every kind once', () => {
    const word = fc.oneof(fc.constantFrom('VERIFIED', 'FAILED', 'IDV-DELEGATED', 'MATCHED', 'pass'), fc.jsonValue());
    const element = fc.record(
      {
        verification: fc.record({ trust_framework: word, assurance_level: word, evidence: fc.jsonValue() }),
        claims: fc.dictionary(fc.constantFrom('given_name', 'family_name', 'birthdate', '__proto__', 'x'), word),
      },
      { requiredKeys: [] },
    );
    const anything = fc.oneof(fc.jsonValue(), element, fc.array(fc.oneof(element, fc.jsonValue()), { maxLength: 4 }));
    fc.assert(
      fc.property(anything, (claims) => {
        const report = reportOf(claims);
        expect(report.checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
        const text = JSON.stringify(claims) ?? '';
        if (!text.includes('"VERIFIED"') || !text.includes('"IDV-DELEGATED"')) expect(passed(report)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
