import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHECK_KINDS,
  CHECK_RESULTS,
  REPORT_STATUSES,
  Sensitive,
  type Check,
  type CheckKind,
  type CheckResult,
  type ProviderReport,
} from '../../../providers/kit/index.js';
import { saysTheSame, saysWorse } from './later-word.js';

const check = (kind: CheckKind, result: CheckResult): Check => ({ kind, result, reasonCodes: [] });
const report = (change: Partial<ProviderReport> = {}): ProviderReport => ({
  status: 'completed',
  terminal: true,
  binding: { externalId: 'ext' },
  checks: [check('face_match', 'pass'), check('injection_attack', 'not_run')],
  provenance: { adapterVersion: 't', live: true, checkedAt: '2026-11-26T00:00:00Z' },
  ...change,
});
const person = (part: object) => ({ identity: new Sensitive({ givenName: 'Ana', birthDate: '1980-01-02', ...part }) });
const document = (number?: string) => ({
  document: new Sensitive({ issuingCountry: 'DEU', ...(number ? { number } : {}) }),
});

describe('what a partner says again', () => {
  const full = { ...person({}), ...document('X1'), matchedOnly: ['givenName' as const] };

  it.each<[string, Partial<ProviderReport>]>([
    ['a check says', { checks: [check('face_match', 'fail'), check('injection_attack', 'not_run')] }],
    [
      'the reason of a check says',
      {
        checks: [
          { kind: 'face_match', result: 'pass', reasonCodes: ['faces_differ'] },
          check('injection_attack', 'not_run'),
        ],
      },
    ],
    ['the name says', person({ givenName: 'Bea' })],
    ['the document says', document('X2')],
    ['an attribute that agrees says', { matchedOnly: [] }],
    ['nothing said of the person is', { identity: undefined }],
  ])('T34 is something else when what %s', (_what, change) => {
    expect(saysTheSame(report(full), report({ ...full, ...change }))).toBe(false);
  });

  it('is the same whatever was left out or when it was checked', () => {
    const provenance = { adapterVersion: 't', live: true, checkedAt: '2026-11-27T00:00:00Z' };
    const again = report({ ...full, ...person({ nationality: undefined }), provenance });
    expect(saysTheSame(report(full), again)).toBe(true);
  });
});

describe('what a partner says later', () => {
  it.each<[string, Partial<ProviderReport>]>([
    ['a check fails that passed', { checks: [check('face_match', 'fail')] }],
    ['a check is open that passed', { checks: [check('face_match', 'indeterminate')] }],
    ['a check fails that was not run', { checks: [check('face_match', 'pass'), check('injection_attack', 'fail')] }],
    ['a kind nobody spoke of fails', { checks: [check('face_match', 'pass'), check('presentation_attack', 'fail')] }],
    ['it passes and fails at once', { checks: [check('face_match', 'pass'), check('face_match', 'fail')] }],
    ['the session was cancelled', { status: 'cancelled', checks: [] }],
    ['the session failed', { status: 'failed', checks: [] }],
  ])('T43 is worse when %s', (_what, change) => {
    expect(saysWorse(report(), report(change))).toBe(true);
  });

  it.each<[string, Partial<ProviderReport>, Partial<ProviderReport>]>([
    ['another name', person({}), person({ givenName: 'Bea' })],
    ['another birth date', person({}), person({ birthDate: '1980-01-03' })],
    ['another document', document('X1'), document('X2')],
    ['fewer attributes that agree', { matchedOnly: ['givenName', 'birthDate'] }, { matchedOnly: ['givenName'] }],
  ])('T43 is worse when it is about %s', (_what, first, later) => {
    expect(saysWorse(report(first), report(later))).toBe(true);
    expect(saysWorse(report(first), report(first))).toBe(false);
  });

  it.each<[string, Partial<ProviderReport>]>([
    ['says nothing of a check any more', { checks: [] }],
    ['has not run it', { checks: [check('face_match', 'not_run')] }],
    ['knows no name any more', { identity: undefined }],
    ['keeps the session no longer', { status: 'expired', checks: [] }],
    ['works on it', { status: 'pending', terminal: false, checks: [] }],
    ['says more good of it', { checks: [check('face_match', 'pass'), check('injection_attack', 'pass')] }],
  ])('is not worse when it %s', (_what, change) => {
    expect(saysWorse(report(person({})), report({ ...person({}), ...change }))).toBe(false);
  });

  const checks = fc.array(fc.tuple(fc.constantFrom(...CHECK_KINDS), fc.constantFrom(...CHECK_RESULTS)), {
    maxLength: 8,
  });
  const anyReport = fc
    .record({
      status: fc.constantFrom(...REPORT_STATUSES),
      checks: checks.map((all) => all.map(([kind, result]) => check(kind, result))),
    })
    .map(report);

  it('is never worse when it is the same again', () => {
    fc.assert(
      fc.property(anyReport, (one) => {
        fc.pre(one.status === 'completed');
        expect(saysWorse(one, one)).toBe(false);
      }),
    );
  });

  it('T43 is worse with a check that fails, whatever else got better', () => {
    fc.assert(
      fc.property(anyReport, fc.constantFrom(...CHECK_KINDS), (later, kind) => {
        fc.pre(later.status === 'completed');
        const first = report({ checks: [check(kind, 'pass')] });
        expect(saysWorse(first, { ...later, checks: [...later.checks, check(kind, 'fail')] })).toBe(true);
      }),
    );
  });
});
