import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProviderError } from '../kit/index.js';
import { readEvidence } from './configured-words.js';
import { toReport, type Reading } from './mapping.js';

type Json = Record<string, unknown>;

const reading: Reading = {
  api: 'workflow',
  live: true,
  workflow: 'Au10tix201',
  evidence: readEvidence('face_match=FaceComparisonReport.Result:Match') ?? {},
  expiryField: 'DateOfExpiry',
  dateFormat: 'YYYY-MM-DD',
};
const of = { externalId: 'session-1', now: new Date('2026-11-22T10:00:00Z') };

const fixture = (): Json =>
  JSON.parse(readFileSync(new URL('./fixtures/passed.json', import.meta.url), 'utf8')) as Json;

interface Bos {
  DocumentStatusReport2: {
    PrimaryProcessingResult: number;
    ProcessingResultRemarks: number[];
    RiskManagementRemarks: number[];
  };
  ProcessingResult: { ForgeryTests: { TestResult: string }[] };
  FaceComparisonReport?: unknown;
}
const bosOf = (body: Json): Bos =>
  (body as { verificationResults: { idv: { payload: { ProcessingReport: Bos } } } }).verificationResults.idv.payload
    .ProcessingReport;
function reportWith(change: (bos: Bos) => void) {
  const body = fixture();
  change(bosOf(body));
  return toReport(body, reading, of);
}
const resultOf = (report: ReturnType<typeof toReport>, kind: string) =>
  report.checks.find((check) => check.kind === kind);

describe('the workflow’s result', () => {
  it('that passed: authenticity and expiry pass, a face nobody compared does not', () => {
    const report = toReport(fixture(), reading, of);
    expect(report).toMatchObject({ status: 'completed', terminal: true, binding: { externalId: 'session-1' } });
    expect(resultOf(report, 'document_authenticity')?.result).toBe('pass');
    expect(resultOf(report, 'document_expiry')?.result).toBe('pass');
    expect(report.identity?.reveal()).toMatchObject({
      givenName: 'Ana',
      familyName: 'Beispiel',
      birthDate: '1990-12-10',
    });
  });

  it('T38 a workflow without the face comparison never passes face_match', () => {
    expect(resultOf(toReport(fixture(), reading, of), 'face_match')?.result).toBe('not_run');
  });

  it('in every shape: the same report at the root and under resultData', () => {
    const bos = bosOf(fixture()) as unknown as Json;
    for (const [api, body] of [
      ['bos', bos],
      ['secureme', { resultData: bos }],
    ] as const)
      expect(resultOf(toReport(body, { ...reading, api }, of), 'document_authenticity')?.result).toBe('pass');
  });

  it.each([40, 70, 80, 100])('primary result %i never passes anything', (code) => {
    const report = reportWith((bos) => (bos.DocumentStatusReport2.PrimaryProcessingResult = code));
    expect(report.checks.filter((check) => check.result === 'pass')).toEqual([]);
  });

  it('120 is with the partner’s own staff: pending', () => {
    const report = reportWith((bos) => (bos.DocumentStatusReport2.PrimaryProcessingResult = 120));
    expect(report).toMatchObject({ status: 'pending', terminal: false });
  });

  it.each([
    ['a deepfake', 940],
    ['a replay', 840],
    ['a replay', 860],
    ['a replay', 880],
    ['tests that failed', 20],
    ['an expired document', 100],
    ['sides that do not match', 140],
    ['a blocked document', 250],
  ])('T38 a result of 0 with the remark of %s (%i) passes nothing by itself', (_what, remark) => {
    const report = reportWith((bos) => bos.DocumentStatusReport2.ProcessingResultRemarks.push(remark));
    expect(report.checks.filter((check) => check.result === 'pass')).toEqual([]);
  });

  it.each([10, 665, 1210, 1410, 1480])(
    'T38 a risk remark %i beside a result of 0 passes nothing by itself',
    (remark) => {
      const report = reportWith((bos) => bos.DocumentStatusReport2.RiskManagementRemarks.push(remark));
      expect(report.checks.filter((check) => check.result === 'pass')).toEqual([]);
    },
  );

  it('T39 a primary result nobody documented leaves every check open', () => {
    const known = [0, 20, 40, 60, 70, 80, 100, 120];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }).filter((code) => !known.includes(code)),
        (code) => {
          const report = reportWith((bos) => (bos.DocumentStatusReport2.PrimaryProcessingResult = code));
          expect(report.checks.filter((check) => check.result === 'pass')).toEqual([]);
        },
      ),
    );
  });

  it('T39 a forgery test with another word than the documented ones leaves authenticity open', () => {
    const report = reportWith((bos) => bos.ProcessingResult.ForgeryTests.push({ TestResult: 'Probably' }));
    expect(resultOf(report, 'document_authenticity')?.result).toBe('indeterminate');
  });

  it('without its report is unintelligible', () => {
    expect(() => toReport({}, reading, of)).toThrow(ProviderError);
  });
});
