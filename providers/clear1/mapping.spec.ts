import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, type CheckKind } from '../kit/index.js';
import { toReport, type ReportReading } from './mapping.js';
import { clearSession, type ClearCheck, type ClearSession } from './types.js';

const NOW = new Date('2025-11-22T12:00:00Z');
const READING: ReportReading = {
  checkMap: {
    document_authenticity: ['document_authentic'],
    document_expiry: ['document_current'],
    face_match: ['face match'],
    presentation_attack: ['liveness'],
  },
  reasonFamilies: ['SV'],
  live: true,
};

const fixture = (name: string): ClearSession =>
  clearSession.parse(JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')));
const report = (changes: Partial<ClearSession> = {}, reading: Partial<ReportReading> = {}) =>
  toReport({ ...fixture('success'), ...changes }, { ...READING, ...reading }, NOW);
const check = (kind: CheckKind, changes: Partial<ClearSession> = {}, reading: Partial<ReportReading> = {}) =>
  report(changes, reading).checks.find((candidate) => candidate.kind === kind);
const passed = (changes: Partial<ClearSession>) =>
  report(changes)
    .checks.filter(({ result }) => result === 'pass')
    .map(({ kind }) => kind);

describe('toReport: a success', () => {
  it('passes what the map names and lists every kind exactly once', () => {
    expect(report().checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(passed({})).toEqual(['document_authenticity', 'document_expiry', 'face_match', 'presentation_attack']);
    expect(check('injection_attack')).toMatchObject({
      result: 'not_run',
      reasonCodes: ['not_supported_by_provider'],
    });
  });

  it('names a check by as much of its name as a report holds', () => {
    const [name = '', answer] = ['n'.repeat(101), fixture('success').checks?.[0]];
    const checks = answer && [{ ...answer, name }];
    expect(check('face_match', { checks }, { checkMap: { face_match: [name] } })?.rawName).toBe('n'.repeat(100));
  });

  it('is bound by what CLEAR repeats, dated by CLEAR, and live by the environment alone (T37)', () => {
    expect(report()).toMatchObject({
      status: 'completed',
      terminal: true,
      binding: { externalId: 'verify_7Q2m0cXv4Yk8', nonce: 'n0nceN0nceN0nceN0nceN0nceN0nceN0nceN0nceN0n' },
      provenance: { procedure: 'project_5f0c', live: true, checkedAt: '2025-11-22T10:04:05.000Z' },
    });
    expect(report({}, { live: false }).provenance.live).toBe(false);
    expect(report({ completed_at: null }).provenance.checkedAt).toBe(NOW.toISOString());
  });

  it('without a map runs nothing', () => {
    expect(new Set(report({}, { checkMap: {} }).checks.map(({ result }) => result))).toEqual(new Set(['not_run']));
  });

  it('T40 takes names and birth date from the scanned document alone, and seals them', () => {
    expect(report().identity?.reveal()).toEqual({
      givenName: 'Augusta Ada',
      familyName: 'Byron',
      birthDate: '1990-12-09',
    });
    expect(report().document?.reveal()).toEqual({
      issuingCountry: 'USA',
      documentType: 'driving_licence',
      number: 'B1234567',
      expiryDate: '2031-02-01',
    });
    expect(JSON.stringify(report())).not.toMatch(/Augusta|Byron|B1234567/);
  });

  it('T40 takes them all from CLEAR’s own record when the document names nobody', () => {
    const { identity, document } = toReport(fixture('returning-person'), READING, NOW);
    expect(identity?.reveal()).toEqual({ givenName: 'Ada', familyName: 'Byron King', birthDate: '1990-12-10' });
    expect(document?.reveal()).toEqual({ documentType: 'passport' });
  });

  it.each([
    [31, 2, 1990],
    [0, 1, 1990],
    [1, 13, 1990],
    [1, 1, 90],
    [null, 1, 1990],
  ])('reads no birth date from %j.%j.%j', (day, month, year) => {
    const traits = { first_name: 'Ada', last_name: 'Byron', dob: { day, month, year } };
    expect(report({ traits }).identity?.reveal()).toEqual({ givenName: 'Ada', familyName: 'Byron' });
  });

  it('never reads pictures, national numbers or the session’s token', () => {
    expect(JSON.stringify(fixture('success'))).not.toMatch(/aGVsbG8|ssn9|tok_must_not_be_read/);
  });
});

describe('toReport: what a check says', () => {
  const faceMatch = (answer: Partial<ClearCheck>, reading: Partial<ReportReading> = {}) => {
    const whole = { name: 'face match', value: true, status: 'completed', check_result: 'success', ...answer };
    return check('face_match', { checks: [whole] }, reading);
  };

  it.each<[Partial<ClearCheck>, string, string]>([
    [{}, 'pass', 'ok'],
    [{ check_result: null, reason_codes: ['SV203'] }, 'pass', 'ok'],
    [{ value: false, check_result: 'failure', reason_codes: ['SV413'] }, 'fail', 'faces_differ'],
    [{ value: false, check_result: 'mostly_failure' }, 'fail', 'faces_differ'],
    [{ value: null, check_result: null, reason_codes: ['SV420'] }, 'fail', 'faces_differ'],
    [{ value: null, check_result: 'indeterminate', reason_codes: ['SV501'] }, 'indeterminate', 'partner_undecided'],
    [{ value: null, check_result: 'awaiting_async_response' }, 'indeterminate', 'partner_undecided'],
    [{ value: null, check_result: null }, 'indeterminate', 'partner_undecided'],
    [{ value: null, status: 'error', check_result: null }, 'indeterminate', 'partner_undecided'],
    [{ value: null, status: 'skipped', check_result: null }, 'not_run', 'not_requested'],
    [{ value: null, check_result: 'not_applicable', reason_codes: ['SV301'] }, 'not_run', 'not_requested'],
    [{ value: null, check_result: 'success' }, 'indeterminate', 'partner_undecided'],
    [{ status: null }, 'indeterminate', 'partner_undecided'],
    [{ status: 'skipped' }, 'indeterminate', 'partner_answer_unknown'],
    [{ status: 'error' }, 'indeterminate', 'partner_answer_unknown'],
    [{ status: 'Completed' }, 'indeterminate', 'partner_answer_unknown'],
    [{ check_result: 'failure' }, 'indeterminate', 'partner_answer_unknown'],
    [{ check_result: 'Success' }, 'indeterminate', 'partner_answer_unknown'],
    [{ check_result: 'constructor' }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['SV401'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['SV201', 'SV501'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['SV301'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['SV601'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['SV2010'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: ['LV201'] }, 'indeterminate', 'partner_answer_unknown'],
    [{ reason_codes: [''] }, 'indeterminate', 'partner_answer_unknown'],
  ])('%j is %s (%s)', (answer, result, reason) => {
    expect(faceMatch(answer)).toMatchObject({ result, reasonCodes: [reason] });
  });

  it('reads the codes of a family that the organisation names', () => {
    expect(faceMatch({ reason_codes: ['LV201'] }, { reasonFamilies: ['SV', 'LV'] })?.result).toBe('pass');
    expect(faceMatch({ reason_codes: ['LV401'] }, { reasonFamilies: ['SV', 'LV'] })?.result).toBe('indeterminate');
  });

  it('passes only what is true, completed and contradicted by nothing, whatever else is said', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('completed', 'success', 'failure', 'skipped')));
    const codes = fc.array(fc.constantFrom('SV201', 'SV301', 'SV401', 'SV501', 'XX200', 'SV', ''), { maxLength: 3 });
    const answers = fc.record({
      value: fc.option(fc.boolean()),
      status: text,
      check_result: text,
      reason_codes: fc.option(codes),
    });
    fc.assert(
      fc.property(answers, (answer) => {
        const sound =
          answer.value === true &&
          answer.status === 'completed' &&
          (answer.check_result === null || answer.check_result === 'success') &&
          (answer.reason_codes ?? []).every((code) => code === 'SV201');
        expect(faceMatch(answer)?.result === 'pass').toBe(sound);
      }),
    );
  });

  it('T38 a workflow without the face check never passes face_match', () => {
    const checks = (fixture('success').checks ?? []).filter(({ name }) => name !== 'face match');
    expect(check('face_match', { checks })).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
    expect(check('face_match', { checks: null })).toMatchObject({ result: 'not_run' });
  });

  it('T38 a kind with two names needs both', () => {
    const checkMap = { face_match: ['face match', 'second face match'] };
    expect(check('face_match', {}, { checkMap })).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
    const second = { name: 'second face match', value: true, status: 'completed', check_result: 'success' };
    const checks = [...(fixture('success').checks ?? []), second];
    expect(check('face_match', { checks }, { checkMap })?.result).toBe('pass');
  });

  it.each(['Face match', 'face match ', 'face\u00a0match', 'facematch', ''])(
    'T41 %j is not the name that was mapped',
    (name) => {
      const checks = [{ name, value: true, status: 'completed', check_result: 'success' }];
      expect(check('face_match', { checks })?.result).toBe('not_run');
    },
  );

  it('said twice, the worse stands', () => {
    const clear = { name: 'face match', value: true, status: 'completed', check_result: 'success' };
    const checks = [clear, { ...clear, value: false, check_result: 'failure' }];
    expect(check('face_match', { checks })?.result).toBe('fail');
    expect(check('face_match', { checks: checks.reverse() })?.result).toBe('fail');
  });
});

describe('toReport: the other statuses', () => {
  it.each(['success', 'manual_success'])('%s reports what the checks say', (status) => {
    expect(passed({ status })).toHaveLength(4);
  });

  it.each(['fail', 'failed', 'manual_fail'])('%s with nothing mapped that failed passes nothing', (status) => {
    expect(report({ status })).toMatchObject({ status: 'completed', terminal: true });
    expect(passed({ status })).toEqual([]);
  });

  it('a fail keeps the failing check, by name and with a reason', () => {
    const failing = { name: 'face match', value: false, status: 'completed', check_result: 'failure' };
    const checks = [...(fixture('success').checks ?? []).filter(({ name }) => name !== 'face match'), failing];
    expect(check('face_match', { status: 'fail', checks })).toEqual({
      kind: 'face_match',
      result: 'fail',
      reasonCodes: ['faces_differ'],
      rawName: 'face match',
    });
  });

  it.each(['Success', 'success ', 'approved', 'manual_Success', 'constructor', '__proto__'])(
    'T39 an unknown status %j ends the session and passes nothing',
    (status) => {
      expect(report({ status })).toMatchObject({ status: 'completed', terminal: true });
      expect(passed({ status })).toEqual([]);
      expect(check('face_match', { status })).toMatchObject({
        result: 'indeterminate',
        reasonCodes: ['partner_answer_unknown'],
      });
    },
  );

  it.each([
    ['awaiting_user_input', 'pending', false],
    ['awaiting_user_profile_information', 'pending', false],
    ['processing_data', 'pending', false],
    ['deferred', 'pending', false],
    ['awaiting_manual_review', 'pending', false],
    ['expired', 'expired', true],
  ])('%s is %s and says nothing else, even with checks and traits beside it', (status, expected, terminal) => {
    const { identity, document, ...rest } = report({ status });
    expect(rest).toMatchObject({ status: expected, terminal, checks: [] });
    expect([identity, document]).toEqual([undefined, undefined]);
  });

  it('CLEAR’s own review is waited for', () => {
    expect(toReport(fixture('manual-review'), READING, NOW)).toMatchObject({ status: 'pending', checks: [] });
  });

  it('a canceled session ran nothing, because the person left', () => {
    const { status, checks, identity } = report({ status: 'canceled' });
    expect([status, identity]).toEqual(['cancelled', undefined]);
    for (const { result, reasonCodes } of checks)
      expect([result, ...reasonCodes]).toEqual(['not_run', 'applicant_cancelled']);
  });
});
