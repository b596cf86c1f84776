import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, type CheckKind } from '../kit/index.js';
import { SUPPORTED_CHECKS, toReport } from './mapping.js';
import { partnerSession, type PartnerSession } from './types.js';

const NOW = new Date('2025-11-22T12:00:00Z');

const fixture = (name: string): PartnerSession =>
  partnerSession.parse(JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')));
const report = (changes: Partial<PartnerSession> = {}, name = 'completed') =>
  toReport({ ...fixture(name), ...changes }, NOW);
const check = (kind: CheckKind, changes: Partial<PartnerSession> = {}, name = 'completed') =>
  report(changes, name).checks.find((candidate) => candidate.kind === kind);
const results = (changes: Partial<PartnerSession>) => new Set(report(changes).checks.map(({ result }) => result));

describe('toReport: a completed session', () => {
  it('passes what was clear and lists every kind exactly once', () => {
    const { checks, ...rest } = report();
    expect(checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(
      checks
        .filter(({ result }) => result === 'pass')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual([...SUPPORTED_CHECKS].sort());
    expect(rest).toMatchObject({ status: 'completed', terminal: true, provenance: { live: true } });
  });

  it('never runs data_match: that comparison is ours', () => {
    expect(check('data_match')).toEqual({
      kind: 'data_match',
      result: 'not_run',
      reasonCodes: ['not_supported_by_provider'],
    });
  });

  it('dates the report by the partner, or by our clock when the partner does not', () => {
    expect(report().provenance.checkedAt).toBe('2025-11-22T10:04:05.678Z');
    expect(report({ decidedAt: undefined }).provenance.checkedAt).toBe(NOW.toISOString());
  });

  it('seals identity and document', () => {
    expect(report().identity?.reveal()).toEqual(fixture('completed').identity);
    expect(report().document?.reveal()).toEqual(fixture('completed').document);
    expect(JSON.stringify(report())).not.toMatch(/Erika|1990|SANDBOX00/);
  });

  it.each([
    ['residence_permit', 'residence_permit'],
    ['other', 'other'],
    ['Passport', undefined],
    ['boat_pass', undefined],
  ])('T39 calls a document that is said to be %s %s', (documentType, expected) => {
    const { document } = partnerSession.parse({ ...fixture('completed'), document: { documentType } });
    expect(report({ document }).document?.reveal().documentType).toBe(expected);
  });

  it.each(['test', 'Live', 'live ', 'production', 'constructor'])('is not live in environment %j', (environment) => {
    expect(report({ environment }).provenance.live).toBe(false);
  });

  it('does not take silence for a check', () => {
    expect(check('face_match', { checks: [] })).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
  });
});

describe('toReport: what a check says', () => {
  const faceMatch = (outcome: string, reason?: string) =>
    check('face_match', { checks: [{ name: 'face.document', outcome, reason }] });

  it.each([
    ['clear', undefined, 'pass', 'ok'],
    ['refused', 'other_person', 'fail', 'faces_differ'],
    ['refused', undefined, 'fail', 'partner_answer_unknown'],
    ['refused', 'brand_new_reason', 'fail', 'partner_answer_unknown'],
    ['refused', 'toString', 'fail', 'partner_answer_unknown'],
    ['unsure', 'similar_person', 'indeterminate', 'faces_similar_unsure'],
    ['unsure', undefined, 'indeterminate', 'partner_undecided'],
    ['skipped', undefined, 'not_run', 'not_requested'],
    ['clear', 'other_person', 'indeterminate', 'partner_answer_unknown'],
    ['clear', 'brand_new_reason', 'indeterminate', 'partner_answer_unknown'],
    ['CLEAR', undefined, 'indeterminate', 'partner_answer_unknown'],
    ['clear ', undefined, 'indeterminate', 'partner_answer_unknown'],
    ['сlear', undefined, 'indeterminate', 'partner_answer_unknown'],
    ['constructor', undefined, 'indeterminate', 'partner_answer_unknown'],
    ['__proto__', undefined, 'indeterminate', 'partner_answer_unknown'],
  ])('%j with reason %j is %s', (outcome, reason, result, code) => {
    expect(faceMatch(outcome, reason)).toMatchObject({ result, reasonCodes: [code] });
  });

  it.each([
    [['clear', 'refused'], 'fail'],
    [['refused', 'clear'], 'fail'],
    [['clear', 'unsure'], 'indeterminate'],
    [['clear', 'skipped'], 'not_run'],
    [['clear', 'brand_new'], 'indeterminate'],
    [['clear', 'clear'], 'pass'],
  ])('said twice, %j, the worse stands: %s', (outcomes, result) => {
    const checks = outcomes.map((outcome) => ({ name: 'face.document', outcome }));
    expect(check('face_match', { checks })?.result).toBe(result);
  });

  it('reads no check by a name it does not know, and shows none', () => {
    const checks = [
      { name: 'Face.document', outcome: 'clear' },
      { name: '__proto__', outcome: 'clear' },
    ];
    expect(results({ checks })).toEqual(new Set(['not_run']));
    expect(JSON.stringify(report({ checks }))).not.toContain('Face.document');
  });
});

describe('toReport: the other statuses', () => {
  it('an undecided session keeps what its checks say, as one of them is open', () => {
    const kinds: CheckKind[] = ['document_authenticity', 'document_expiry', 'face_match', 'reference_portrait_match'];
    expect(kinds.map((kind) => check(kind, {}, 'undecided')?.result)).toEqual([
      'pass',
      'fail',
      'indeterminate',
      'not_run',
    ]);
  });

  it('an undecided session whose checks are all clear contradicts itself: nothing passes', () => {
    expect(results({ status: 'undecided' })).toEqual(new Set(['indeterminate', 'not_run']));
  });

  it.each(['completed_with_notes', 'COMPLETED', 'approved', 'constructor'])(
    'an unknown status %j passes nothing',
    (status) => {
      expect(report({ status })).toMatchObject({ status: 'completed', terminal: true });
      expect(results({ status })).toEqual(new Set(['indeterminate', 'not_run']));
    },
  );

  it.each([
    ['waiting', 'pending', false],
    ['processing', 'pending', false],
    ['expired', 'expired', true],
    ['failed', 'failed', true],
  ])('%s is %s and says nothing else, even with checks and an identity beside it', (status, expected, terminal) => {
    const { identity, document, ...rest } = report({ status });
    expect(rest).toMatchObject({ status: expected, terminal, checks: [] });
    expect([identity, document]).toEqual([undefined, undefined]);
  });

  it('a waiting session is what the partner answers before anybody acted', () => {
    expect(report({}, 'waiting')).toMatchObject({ status: 'pending', terminal: false });
  });

  it('a cancelled session ran nothing, because the person left', () => {
    const { status, checks } = report({ status: 'cancelled' });
    expect(status).toBe('cancelled');
    for (const { result, reasonCodes } of checks)
      expect([result, ...reasonCodes]).toEqual(['not_run', 'applicant_cancelled']);
  });
});
