import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, jsonPath, type CheckKind, type ProviderReport } from '../kit/index.js';
import { supportedChecks, toReport, type Reading } from './mapping.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const READING: Reading = {
  api: 'workflow',
  live: true,
  workflow: 'Au10tix201',
  evidence: {
    face_match: { path: jsonPath.parse('FaceComparisonReport.CompletionStatus'), words: ['0'] },
    presentation_attack: { path: jsonPath.parse('LivenessReport.Result'), words: ['Live'] },
    injection_attack: { path: jsonPath.parse('CaptureReport.Injection'), words: ['NotDetected'] },
  },
  expiryField: 'DateOfExpiry',
  dateFormat: 'YYYY-MM-DD',
  documentTypes: { passport: 'passport', 'id card': 'identity_card' },
};

type Members = Record<string, unknown>;
const fixture = (name: string): Members =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Members;

/** Where a workflow's answer keeps the report. */
const VERDICT = 'verificationResults.idv.payload.ProcessingReport';

/** The answer with one member put otherwise; undefined takes it out. */
function put(body: Members, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let here = body;
  for (const name of names) here = (here[name] ??= {}) as Members;
  here[last] = value;
}

/** The passed answer with some members of its report put otherwise. */
function report(changes: Members = {}, reading: Partial<Reading> = {}): ProviderReport {
  const body = fixture('workflow-passed');
  for (const [path, value] of Object.entries(changes)) put(body, `${VERDICT}.${path}`, value);
  return read(body, reading);
}
const read = (body: Members, reading: Partial<Reading> = {}) =>
  toReport(body, { ...READING, ...reading }, { externalId: 'session-1', now: NOW });
const check = (from: ProviderReport, kind: CheckKind) => from.checks.find((one) => one.kind === kind);
const passed = (from: ProviderReport) => from.checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);
const remarks = (processing: number[], risk: number[] = []) =>
  report({
    'DocumentStatusReport2.ProcessingResultRemarks': processing,
    'DocumentStatusReport2.RiskManagementRemarks': risk,
  });

describe('toReport: a passed answer', () => {
  it('passes what is shown, lists every kind once, and never runs what was not asked to be proven', () => {
    const it = report();
    expect(it.checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(passed(it)).toEqual(supportedChecks(READING.evidence));
    expect(it).toMatchObject({ status: 'completed', terminal: true, binding: { externalId: 'session-1' } });
    expect(it.provenance).toEqual({
      adapterVersion: 'au10tix-1',
      procedure: 'Au10tix201',
      live: true,
      checkedAt: '2026-11-22T10:04:05.678Z',
    });
  });

  it.each([
    ['Passport', 'passport'],
    ['ID Card', 'identity_card'],
    ['Driving License', undefined],
    ['constructor', undefined],
    [7, undefined],
  ])('T39 says %j in our words as it is configured: %s', (word, expected) => {
    const changed = report({ 'ProcessingResult.DocumentTypeDescriptor.DocumentType': word });
    expect(changed.document?.reveal().documentType).toBe(expected);
    expect(report({}, { documentTypes: {} }).document?.reveal()).not.toHaveProperty('documentType');
  });

  it('seals who the document is about, dates without their time of day', () => {
    const it = report();
    expect(it.identity?.reveal()).toEqual({
      givenName: 'Erika Ana',
      familyName: 'Specimen',
      birthDate: '1990-01-01',
    });
    expect(it.document?.reveal()).toEqual({
      issuingCountry: 'UTO',
      documentType: 'passport',
      number: 'L898902C3',
      expiryDate: '2034-03-31',
    });
    expect(JSON.stringify(it)).not.toMatch(/Erika|Specimen|1990|L898902C3/);
  });

  it('T37 is live only where the environment says so', () => {
    expect(report({}, { live: false }).provenance.live).toBe(false);
  });

  it('T38 without words that prove them, face and attack checks never pass, nor are they offered', () => {
    const it = report({}, { evidence: {} });
    expect(passed(it)).toEqual(['document_authenticity', 'document_expiry']);
    expect(supportedChecks({})).toEqual(passed(it));
    expect(check(it, 'face_match')).toMatchObject({ result: 'not_run', reasonCodes: ['not_supported_by_provider'] });
  });

  it.each([
    ['FaceComparisonReport', 'face_match'],
    ['LivenessReport', 'presentation_attack'],
    ['CaptureReport', 'injection_attack'],
    ['ProcessingResult.ForgeryTests', 'document_authenticity'],
    ['ProcessingResult.DocumentData2', 'document_expiry'],
  ] as const)('T38 a workflow without %s never passes %s', (member, kind) => {
    expect(check(report({ [member]: undefined }), kind)).toMatchObject({
      result: 'not_run',
      reasonCodes: ['data_missing'],
    });
  });

  it.each([
    [['Live', 'Live'], 'pass'],
    [['Live', 'Spoof'], 'indeterminate'],
    [['Spoof', 'Live'], 'indeterminate'],
    [[null, 'Live'], 'indeterminate'],
    [[], 'not_run'],
  ])('T38 passes by what all elements at a place say: %j is %s', (words, expected) => {
    const path = jsonPath.parse('Looks[type=liveness].Result');
    const Looks = [...words.map((Result) => ({ type: 'liveness', Result })), { type: 'other', Result: 'Live' }];
    const it = report({ Looks }, { evidence: { presentation_attack: { path, words: ['Live'] } } });
    expect(check(it, 'presentation_attack')).toMatchObject({ result: expected, rawName: path.text });
  });

  it('T38 does not pass while one element at a place says nothing', () => {
    const path = jsonPath.parse('Looks[type=liveness].Result');
    const Looks = [
      { type: 'liveness', Result: 'Live' },
      { type: 'liveness', Error: 'timeout' },
    ];
    const it = report({ Looks }, { evidence: { presentation_attack: { path, words: ['Live'] } } });
    expect(check(it, 'presentation_attack')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['partner_answer_unknown'],
    });
  });

  it('T38 a face status beside the report proves nothing (T40)', () => {
    const body = fixture('workflow-passed');
    put(body, `${VERDICT}.LivenessReport`, undefined);
    put(body, 'LivenessReport', { Result: 'Live' });
    const it = read(body);
    expect(check(it, 'presentation_attack')?.result).toBe('not_run');
  });

  it.each([1, 20, '00', '0 ', '', null, true, [0], { Value: 0 }])('T39 a face status of %j is open', (status) => {
    const face = check(report({ 'FaceComparisonReport.CompletionStatus': status }), 'face_match');
    expect(face).toMatchObject({ result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] });
  });
});

describe('toReport: the tests of the document', () => {
  const tests = (...words: string[]) =>
    check(
      report({ 'ProcessingResult.ForgeryTests': words.map((TestResult) => ({ TestResult })) }),
      'document_authenticity',
    );

  it.each([
    [['Authentic'], 'pass'],
    [['Authentic', 'NotRelevant'], 'pass'],
    [['NotRelevant'], 'not_run'],
    [[], 'not_run'],
    [['Authentic', 'Forged'], 'indeterminate'],
    [['authentic'], 'indeterminate'],
    [['Authentic '], 'indeterminate'],
    [['Authentic', 'constructor'], 'indeterminate'],
  ])('%j is %s', (words, result) => {
    expect(tests(...words)?.result).toBe(result);
  });

  it('a result of 0, which is also what an unset number says, passes nothing without the remark that tests were done', () => {
    const body = fixture('workflow-passed');
    put(body, 'verificationResults.idv.remarks', undefined);
    put(body, `${VERDICT}.DocumentStatusReport2.ProcessingResultRemarks`, []);
    const it = read(body);
    expect(check(it, 'document_authenticity')?.result).toBe('not_run');
  });
});

describe('toReport: the primary result', () => {
  const primary = (code: number | string) => report({ 'DocumentStatusReport2.PrimaryProcessingResult': code });

  it.each([
    [20, 'indeterminate', 'partner_undecided'],
    [40, 'fail', 'document_not_accepted'],
    [60, 'not_run', 'not_requested'],
    [70, 'fail', 'document_not_accepted'],
    [80, 'fail', 'document_not_accepted'],
    [100, 'fail', 'document_unreadable'],
    [10, 'indeterminate', 'partner_answer_unknown'],
    ['999', 'indeterminate', 'partner_answer_unknown'],
  ])('%j: nothing passes; the document is %s, %s', (code, result, reason) => {
    expect(passed(primary(code))).toEqual([]);
    expect(check(primary(code), 'document_authenticity')).toMatchObject({ result, reasonCodes: [reason] });
  });

  it('T39 a code nobody documented leaves every check open', () => {
    const known = [0, 20, 40, 60, 70, 80, 100, 120];
    const unknown = fc.nat({ max: 1_000_000 }).filter((code) => !known.includes(code));
    fc.assert(
      fc.property(unknown, (code) => {
        const results = new Set(primary(code).checks.map(({ result }) => result));
        expect(results).toEqual(new Set(['indeterminate', 'not_run']));
      }),
    );
  });

  it('120 is with AU10TIX’s staff: pending, whatever stands beside it', () => {
    expect(primary(120)).toMatchObject({ status: 'pending', terminal: false, checks: [] });
    expect(primary(120).identity).toBeUndefined();
  });

  it('a conclusion of the risk rules that differs stands against it', () => {
    expect(passed(report({ 'RiskManagementReport.EffectiveConclusion.PrimaryProcessingResult': 70 }))).toEqual([]);
  });

  it('a refusal that a remark explains is told by the remark, not laid upon the document', () => {
    const it = report({
      'DocumentStatusReport2.PrimaryProcessingResult': 40,
      'DocumentStatusReport2.RiskManagementRemarks': [10],
    });
    expect(check(it, 'face_match')).toMatchObject({ result: 'fail', reasonCodes: ['faces_differ'] });
    expect(check(it, 'document_authenticity')?.result).toBe('indeterminate');
  });
});

describe('toReport: remarks beside a result of 0', () => {
  it.each([
    [[20], [], 'document_authenticity', 'fail', 'document_not_genuine'],
    [[40], [], 'document_authenticity', 'indeterminate', 'partner_undecided'],
    [[60], [], 'document_authenticity', 'not_run', 'not_requested'],
    [[100], [], 'document_expiry', 'fail', 'document_expired'],
    [[120], [], 'document_authenticity', 'indeterminate', 'document_unreadable'],
    [[124], [], 'document_authenticity', 'indeterminate', 'document_unreadable'],
    [[140], [], 'document_authenticity', 'fail', 'document_inconsistent'],
    [[180], [], 'document_authenticity', 'fail', 'document_not_accepted'],
    [[220], [], 'document_authenticity', 'fail', 'document_not_accepted'],
    [[250], [], 'document_authenticity', 'fail', 'document_not_accepted'],
    [[840], [], 'presentation_attack', 'fail', 'presentation_attack_suspected'],
    [[860], [], 'document_authenticity', 'fail', 'presentation_attack_suspected'],
    [[880], [], 'presentation_attack', 'fail', 'presentation_attack_suspected'],
    [[920], [], 'face_match', 'indeterminate', 'no_portrait_on_document'],
    [[930], [], 'face_match', 'indeterminate', 'no_face_found'],
    [[940], [], 'presentation_attack', 'fail', 'presentation_attack_suspected'],
    [[940], [], 'injection_attack', 'fail', 'injection_suspected'],
    [[1840], [], 'injection_attack', 'not_run', 'face_blurred'],
    [[1860], [], 'presentation_attack', 'not_run', 'face_blurred'],
    [[], [0], 'document_expiry', 'fail', 'document_expired'],
    [[], [10], 'face_match', 'fail', 'faces_differ'],
    [[], [665], 'presentation_attack', 'fail', 'presentation_attack_suspected'],
    [[], [1210], 'presentation_attack', 'fail', 'presentation_attack_suspected'],
    [[], [1410], 'injection_attack', 'fail', 'injection_suspected'],
    [[], [1480], 'injection_attack', 'fail', 'injection_suspected'],
  ] as const)('processing %j, risk %j: nothing passes; %s is %s, %s', (processing, risk, kind, result, reason) => {
    const it = remarks([0, ...processing], [...risk]);
    expect(passed(it)).toEqual([]);
    expect(check(it, kind)).toMatchObject({ result, reasonCodes: [reason] });
  });

  it('are counted in two spaces: 860 is a replay in one and a missing photograph in the other', () => {
    expect(check(remarks([0], [860]), 'presentation_attack')?.result).toBe('indeterminate');
    expect(check(remarks([0], [860]), 'face_match')?.reasonCodes).toEqual(['no_portrait_on_document']);
  });

  it.each([55, 320, 1440, 1600])('%i speaks against nothing', (code) => {
    expect(passed(remarks([0, code]))).toEqual(supportedChecks(READING.evidence));
  });

  it('T39 a remark we do not know leaves everything open', () => {
    for (const it of [remarks([0, 4711]), remarks([0], [4711])])
      for (const { result, reasonCodes } of it.checks.filter(({ kind }) => passed(report()).includes(kind)))
        expect([result, ...reasonCodes]).toEqual(['indeterminate', 'partner_answer_unknown']);
  });

  it.each([
    ['RiskManagementReport.EffectiveConclusion.Reasons.ProcessingResultRemarks', 20],
    ['RiskManagementReport.EffectiveConclusion.Reasons.RiskManagementRemarks', 1480],
    ['RiskManagementReport.EffectiveConclusion.Reasons.RiskManagerRemarks', 1480],
    ['DocumentStatusReport2.RiskManagerRemarks', 10],
    ['RiskManagementRemarks', 10],
    ['ProcessingResultRemarks', 20],
  ])('count wherever they are seen: %s', (path, code) => {
    expect(passed(report({ [path]: [code] }))).toEqual([]);
  });

  it('of a page count where they are about risks; a page by itself lacks its other side and may say so', () => {
    const page = (RiskManagementRemarks: number[]) => [
      {
        DocumentStatusReport2: { PrimaryProcessingResult: 60, ProcessingResultRemarks: [280] },
        RiskManagementReport: { EffectiveConclusion: { Reasons: { RiskManagementRemarks } } },
      },
    ];
    const pages = (codes: number[]) => report({ PageAsSeparateDocumentProcessingReports: page(codes) });
    expect(passed(pages([]))).toEqual(passed(report()));
    expect(passed(pages([1410]))).toEqual([]);
  });

  it('named for an auditor, and never two of a kind', () => {
    expect(check(remarks([0], [1480]), 'injection_attack')?.rawName).toBe('risk remark 1480');
    expect(check(remarks([0, 940], [1480]), 'injection_attack')?.reasonCodes).toEqual(['injection_suspected']);
  });

  it('any other pair of lists passes nothing either', () => {
    const harmless = [0, 55, 320, 1440, 1600];
    const code = fc.nat({ max: 2000 });
    const lists = fc.tuple(fc.array(code, { maxLength: 5 }), fc.array(code, { maxLength: 5 }));
    fc.assert(
      fc.property(lists, ([processing, risk]) => {
        fc.pre(risk.length > 0 || processing.some((one) => !harmless.includes(one)));
        expect(passed(remarks([0, ...processing], risk))).toEqual([]);
      }),
    );
  });
});

describe('toReport: the date of expiry', () => {
  const expiry = (Value: unknown, reading: Partial<Reading> = {}, DataSource: unknown = 0) =>
    check(report({ 'ProcessingResult.DocumentData2.DateOfExpiry': { Value, DataSource } }, reading), 'document_expiry');

  it.each([
    ['2026-11-23', 'pass', 'ok'],
    ['2026-11-22', 'indeterminate', 'partner_undecided'],
    ['2026-11-21', 'fail', 'document_expired'],
    ['2034-03-31T00:00:00Z', 'pass', 'ok'],
    ['31/03/2034', 'not_run', 'data_missing'],
    ['2034-02-30', 'not_run', 'data_missing'],
    ['2034', 'not_run', 'data_missing'],
    ['', 'not_run', 'data_missing'],
    [20340331, 'not_run', 'data_missing'],
    [null, 'not_run', 'data_missing'],
  ])('%j is %s, %s', (value, result, reason) => {
    expect(expiry(value)).toMatchObject({ result, reasonCodes: [reason] });
  });

  it('is read in the configured format, from the configured member', () => {
    expect(expiry('31/03/2034', { dateFormat: 'DD/MM/YYYY' })?.result).toBe('pass');
    expect(expiry('03/31/2034', { dateFormat: 'MM/DD/YYYY' })?.result).toBe('pass');
    expect(expiry('2034-03-31', { expiryField: 'ExpiryDate' })?.result).toBe('not_run');
  });

  it.each([3, '1', null, undefined])('is not read from a source of %j', (source) => {
    const member = { Value: '2034-03-31', DataSource: source };
    const it = report({ 'ProcessingResult.DocumentData2.DateOfExpiry': member });
    expect(check(it, 'document_expiry')?.result).toBe('not_run');
  });
});

describe('toReport: the other shapes', () => {
  const readAs = (name: string, api: Reading['api']) => read(fixture(name), { api });

  it('say the same of the same report', () => {
    const body = fixture('workflow-passed') as {
      verificationResults: { idv: { payload: { ProcessingReport: Members } } };
    };
    const { ProcessingReport } = body.verificationResults.idv.payload;
    for (const [api, answer] of [
      ['secureme', { resultData: ProcessingReport }],
      ['bos', ProcessingReport],
    ] as const)
      expect(read(answer, { api })).toEqual(report());
  });

  it('Secure.me: the report is resultData', () => {
    const it = readAs('secureme-replayed', 'secureme');
    expect(passed(it)).toEqual([]);
    expect(check(it, 'presentation_attack')).toMatchObject({ result: 'fail' });
    expect(check(it, 'document_authenticity')?.reasonCodes).toEqual(['presentation_attack_suspected']);
    expect(it.identity?.reveal()).toEqual({ familyName: 'Specimen' });
  });

  it('BOS: the report is all of it', () => {
    expect(readAs('bos-double-check', 'bos')).toMatchObject({
      status: 'pending',
      provenance: { checkedAt: NOW.toISOString() },
    });
  });

  it.each([
    ['workflow-passed', 'secureme'],
    ['workflow-passed', 'bos'],
    ['secureme-replayed', 'workflow'],
    ['bos-double-check', 'workflow'],
  ] as const)('%s is not understood as an answer of %s', (name, api) => {
    expect(() => readAs(name, api)).toThrow(expect.objectContaining({ code: 'unintelligible' }));
  });

  it.each(['', 'zero', '-1', 0.5, null, [0], true])('a primary result of %j is not understood', (code) => {
    expect(() => report({ 'DocumentStatusReport2.PrimaryProcessingResult': code })).toThrow(
      expect.objectContaining({ code: 'unintelligible' }),
    );
  });
});
