import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, type CheckKind } from '../kit/index.js';
import { SUPPORTED_CHECKS, toReport, type ReportReading } from './mapping.js';
import { transactionResult, type TotalResult, type TransactionResult, type UserDetails } from './types.js';

const NOW = new Date('2025-11-22T12:00:00Z');
const READING: ReportReading = { live: true, failedStatuses: ['ABANDONED'], dateFormat: 'YYYY-MM-DD' };

const fixture = (name: string): TransactionResult =>
  transactionResult.parse(JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')));
const report = (changes: Partial<TransactionResult> = {}, reading: Partial<ReportReading> = {}) =>
  toReport({ ...fixture('complete'), ...changes }, { ...READING, ...reading }, NOW);
const resulting = (changes: Partial<TotalResult>) =>
  report({ results: { ...fixture('complete').results, ...changes } });
const check = (kind: CheckKind, changes: Partial<TotalResult> = {}) =>
  resulting(changes).checks.find((candidate) => candidate.kind === kind);
const passed = ({ checks }: ReturnType<typeof report>) =>
  checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);
const detailed = (changes: Partial<UserDetails>, reading: Partial<ReportReading> = {}) =>
  report({ user_details: { ...fixture('complete').user_details, ...changes } }, reading);

describe('toReport: a complete transaction', () => {
  it('passes what passed and lists every kind exactly once', () => {
    expect(report().checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(passed(report())).toEqual(SUPPORTED_CHECKS);
    expect(SUPPORTED_CHECKS).toEqual(['document_authenticity', 'face_match', 'presentation_attack']);
  });

  it('is bound by what IDVerse repeats, dated by it, and live by the settings alone (T37)', () => {
    expect(report()).toMatchObject({
      status: 'completed',
      terminal: true,
      binding: {
        externalId: '01FX6X3YH457RNDE0G2WMBGLOE',
        nonce: 'n0nceN0nceN0nceN0nceN0nceN0nceN0nceN0nceN0n',
      },
      provenance: { procedure: 'NORMAL2', live: true, checkedAt: '2025-11-22T10:04:05.678Z' },
    });
    expect(report({}, { live: false }).provenance.live).toBe(false);
    expect(report({ closed_at: null }).provenance.checkedAt).toBe(NOW.toISOString());
  });

  it.each(['vs_1', undefined, null, ''])('T34 has no nonce when the reference is %j', (reference) => {
    expect(report({ reference }).binding).toEqual({ externalId: '01FX6X3YH457RNDE0G2WMBGLOE' });
  });

  it('never runs data_match: registers are no record of ours', () => {
    expect(check('data_match')).toMatchObject({ result: 'not_run', reasonCodes: ['not_supported_by_provider'] });
  });

  it('never reads links, places or anything beside the results that are to be used', () => {
    expect(JSON.stringify(fixture('complete'))).not.toMatch(/secret-link|151\.20|spoof|likeness/);
  });
});

describe('toReport: what the results say', () => {
  it.each([
    ['document_authenticity', 'documents', 'document_not_genuine'],
    ['face_match', 'facematch', 'faces_differ'],
    ['presentation_attack', 'liveness', 'presentation_attack_suspected'],
  ] as const)('%s fails by a flagged %s', (kind, member, reason) => {
    const flagged = { [member]: 'FLAGGED', overall: 'FLAGGED' };
    expect(check(kind, flagged)).toMatchObject({ result: 'fail', reasonCodes: [reason] });
    expect(passed(resulting(flagged))).toEqual(SUPPORTED_CHECKS.filter((other) => other !== kind));
  });

  it.each(['passed', 'PASSED ', 'PASS', 'MOSTLY_PASSED', 'РASSED', 'constructor', ''])(
    'T39 the word %j passes nothing',
    (word) => {
      expect(check('face_match', { facematch: word })).toMatchObject({
        result: 'indeterminate',
        reasonCodes: ['partner_answer_unknown'],
      });
      expect(passed(resulting({ overall: word }))).toEqual([]);
      expect(passed(resulting({ data: word }))).toEqual([]);
    },
  );

  it('T38 a workflow without the selfie never passes face_match or presentation_attack', () => {
    const { checks } = toReport(fixture('document-only'), READING, NOW);
    const results = Object.fromEntries(checks.map(({ kind, result }) => [kind, result]));
    expect(results).toMatchObject({
      document_authenticity: 'pass',
      face_match: 'not_run',
      presentation_attack: 'not_run',
    });
  });

  it('a whole that is flagged for what is no check of ours leaves everything open', () => {
    const flagged = resulting({ data: 'FLAGGED', overall: 'FLAGGED' });
    expect(passed(flagged)).toEqual([]);
    expect(flagged.checks.find(({ kind }) => kind === 'face_match')?.reasonCodes).toEqual(['partner_undecided']);
  });

  it('a whole that passed beside registers that did not contradicts itself', () => {
    expect(check('face_match', { data: 'FLAGGED' })?.reasonCodes).toEqual(['partner_answer_unknown']);
  });

  it.each([null, undefined])('a whole that is %j vouches for nothing', (overall) => {
    expect(passed(resulting({ overall }))).toEqual([]);
    expect(passed(report({ results: overall }))).toEqual([]);
  });

  it('passes only what passed in a whole that passed, whatever the words', () => {
    const word = fc.option(fc.oneof(fc.constantFrom('PASSED', 'FLAGGED'), fc.string()));
    const results = fc.record({ overall: word, documents: word, facematch: word, liveness: word, data: word });
    fc.assert(
      fc.property(results, (said) => {
        const failing = [said.documents, said.facematch, said.liveness].includes('FLAGGED');
        const whole = said.overall === 'PASSED' && (said.data === null || said.data === 'PASSED');
        const stands = passed(report({ results: said })).includes('face_match');
        expect(stands).toBe(said.facematch === 'PASSED' && (whole || failing));
      }),
    );
  });
});

describe('toReport: who the person is', () => {
  it('seals what the document says', () => {
    expect(report().identity?.reveal()).toEqual({
      givenName: 'Ada Augusta',
      familyName: 'Byron',
      birthDate: '1990-12-10',
    });
    expect(report().document?.reveal()).toEqual({
      issuingCountry: 'GBR',
      documentType: 'passport',
      number: 'PA-1',
      expiryDate: '2031-02-01',
    });
    expect(JSON.stringify(report())).not.toMatch(/Ada|Byron|PA-1|1990/);
  });

  it('takes the number that the documentation names for each type', () => {
    const { document } = toReport(fixture('document-only'), READING, NOW);
    expect(document?.reveal()).toEqual({ documentType: 'driving_licence', number: 'DL-1' });
    expect(detailed({ document_type: 'Boat Pass' }).document?.reveal()).toMatchObject({ number: 'ID-1' });
  });

  it.each(['Boat Pass', 'Other', 'constructor'])('T39 says nothing of a type that it does not know: %s', (word) => {
    expect(detailed({ document_type: word }).document?.reveal()).not.toHaveProperty('documentType');
  });

  it.each([
    [['last_name'], { givenName: 'Ada Augusta', birthDate: '1990-12-10' }],
    [['first_name'], { familyName: 'Byron', birthDate: '1990-12-10' }],
    [['middle_name'], { familyName: 'Byron', birthDate: '1990-12-10' }],
    [['date_of_birth', 'address'], { givenName: 'Ada Augusta', familyName: 'Byron' }],
    [['address'], { givenName: 'Ada Augusta', familyName: 'Byron', birthDate: '1990-12-10' }],
    [['lastName'], {}],
    [['user_details.last_name'], {}],
    [[{ field: 'last_name' }], {}],
    [[null], {}],
  ])('T40 what somebody typed is no evidence: with %j edited it says %j', (edited_fields, identity) => {
    expect(detailed({ edited_fields }).identity?.reveal()).toEqual(identity);
  });

  it('takes an edited document number for none', () => {
    expect(detailed({ edited_fields: ['document_number'] }).document?.reveal()).not.toHaveProperty('number');
  });

  it.each([
    ['YYYY-MM-DD', '1990-12-10', '1990-12-10'],
    ['DD/MM/YYYY', '10/12/1990', '1990-12-10'],
    ['MM/DD/YYYY', '12/10/1990', '1990-12-10'],
    ['DD/MM/YYYY', '1990-12-10', undefined],
    ['MM/DD/YYYY', '13/10/1990', undefined],
    ['YYYY-MM-DD', '1990-02-30', undefined],
    ['YYYY-MM-DD', '1990-12-10T00:00:00Z', undefined],
    ['YYYY-MM-DD', ' 1990-12-10', undefined],
    ['YYYY-MM-DD', '', undefined],
  ] as const)('reads in %s the date %j as %j', (dateFormat, date_of_birth, birthDate) => {
    expect(detailed({ date_of_birth }, { dateFormat }).identity?.reveal().birthDate).toBe(birthDate);
  });
});

describe('toReport: the other statuses', () => {
  it.each([
    ['PENDING', 'pending', false],
    ['INPROGRESS', 'pending', false],
    ['SUBMITTED', 'pending', false],
    ['EXPIRED', 'expired', true],
    ['ABANDONED', 'failed', true],
  ])('%s is %s and says nothing else, even with results beside it', (status, expected, terminal) => {
    const { identity, document, ...rest } = report({ status });
    expect(rest).toMatchObject({ status: expected, terminal, checks: [] });
    expect([identity, document]).toEqual([undefined, undefined]);
  });

  it('a transaction that nobody opened is pending', () => {
    expect(toReport(fixture('pending'), READING, NOW)).toMatchObject({ status: 'pending', terminal: false });
  });

  it.each(['COMPLETED', 'complete', 'COMPLETE ', 'APPROVED', 'constructor', '__proto__'])(
    'T39 an unknown status %j ends the transaction and passes nothing',
    (status) => {
      expect(report({ status })).toMatchObject({ status: 'completed', terminal: true });
      expect(passed(report({ status }))).toEqual([]);
    },
  );

  it('a cancelled transaction ran nothing, because the person left', () => {
    const { status, checks, identity } = report({ status: 'CANCELLED' });
    expect([status, identity]).toEqual(['cancelled', undefined]);
    for (const { result, reasonCodes } of checks)
      expect([result, ...reasonCodes]).toEqual(['not_run', 'applicant_cancelled']);
  });
});
