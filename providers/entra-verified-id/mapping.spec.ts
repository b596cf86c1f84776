import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, ProviderError, Sensitive, type CheckKind, type ProviderReport } from '../kit/index.js';
import { checksOf, toReport } from './mapping.js';
import type { CredentialDemands, VerifiedIdSettings } from './settings.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const REFERENCE = 'vs_01JB2Q4V8Z6C3M5N7P9R1T2W3X';
const DEMANDS: CredentialDemands = {
  type: 'VerifiedIdentity',
  acceptedIssuers: ['did:web:other.example', 'did:web:issuer.example'],
  photoClaim: 'portrait',
  matchThreshold: 70,
  linkedDomainRequired: true,
  vouchedChecks: ['document_authenticity'],
  claims: { givenName: 'firstName', familyName: 'lastName', birthDate: 'birthDate' },
};
/** What the mapping reads of the settings. */
const SETTINGS = { live: true, procedure: 'clear1:contract', credential: DEMANDS } as VerifiedIdSettings;

type Members = Record<string, unknown>;

const fixture = (name: string): Members =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Members;
const VERIFIED = fixture('presentation-verified');
const REFUSED = fixture('presentation-error');
const RETRIEVED = fixture('request-retrieved');
const CREDENTIAL = (VERIFIED.verifiedCredentialsData as Members[])[0] as Members;

const sealed = (...said: Members[]) => said.map((one) => new Sensitive(JSON.stringify(one)));
const reportOf = (said: Members[], demands: Partial<CredentialDemands> = {}): ProviderReport =>
  toReport(sealed(...said), {
    reference: REFERENCE,
    settings: { ...SETTINGS, credential: { ...DEMANDS, ...demands } },
    now: NOW,
  });
const showing = (...credentials: Members[]): Members => ({ ...VERIFIED, verifiedCredentialsData: credentials });
const shown = (changes: Members, demands: Partial<CredentialDemands> = {}) =>
  reportOf([showing({ ...CREDENTIAL, ...changes })], demands);
const check = (report: ProviderReport, kind: CheckKind) => report.checks.find((candidate) => candidate.kind === kind);
const passed = (report: ProviderReport) => report.checks.filter(({ result }) => result === 'pass');
const outcome = (report: ProviderReport, kind: CheckKind) => {
  const { result, reasonCodes = [] } = check(report, kind) ?? {};
  return [result, ...reasonCodes];
};

describe('toReport: a presentation that was verified', () => {
  it('passes what Face Check showed and what the issuer is held answerable for, and lists every kind once', () => {
    const { checks, ...rest } = reportOf([RETRIEVED, VERIFIED]);
    expect(checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(passed({ checks, ...rest }).map(({ kind }) => kind)).toEqual([
      'document_authenticity',
      'face_match',
      'presentation_attack',
    ]);
    expect(check({ checks, ...rest }, 'face_match')).toMatchObject({ score: 86.314159, level: 'HIGH' });
    expect(rest).toMatchObject({
      status: 'completed',
      terminal: true,
      binding: { externalId: VERIFIED.requestId, nonce: 'n0nceN0nceN0nceN0nceN0nceN0nceN0nceN0nceN0n' },
      provenance: { live: true, procedure: 'clear1:contract', checkedAt: NOW.toISOString() },
    });
  });

  it('seals the identity and shows nothing of the person', () => {
    const report = reportOf([VERIFIED]);
    expect(report.identity?.reveal()).toEqual({ givenName: 'Erika', familyName: 'Sandbox', birthDate: '1990-01-01' });
    expect(JSON.stringify(report)).not.toMatch(/Erika|Sandbox|1990-01-01|_9j_/);
  });

  it('says nothing about the document unless the organisation holds the issuer answerable', () => {
    const report = reportOf([VERIFIED], { vouchedChecks: [] });
    expect(outcome(report, 'document_authenticity')).toEqual(['not_run', 'not_supported_by_provider']);
    expect(checksOf({ ...DEMANDS, vouchedChecks: [] })).toEqual(['face_match', 'presentation_attack']);
  });

  it('T37 a result of a tenant declared to be a sandbox is not live', () => {
    const settings = { ...SETTINGS, live: false };
    const report = toReport(sealed(VERIFIED), { reference: REFERENCE, settings, now: NOW });
    expect(report.provenance.live).toBe(false);
  });

  it('reads a date of birth only where a claim is named for it, and only a calendar date', () => {
    const { claims } = DEMANDS;
    const without = reportOf([VERIFIED], { claims: { ...claims, birthDate: undefined } });
    expect(without.identity?.reveal()).not.toHaveProperty('birthDate');
    for (const birthDate of ['01/01/1990', '1990-13-01', 19900101, '', ' 1990-01-01'])
      expect(shown({ claims: { birthDate } }).identity?.reveal()).not.toHaveProperty('birthDate');
  });
});

describe('toReport: the credential', () => {
  it.each([
    ['did:web:issuer.example '],
    ['did:web:issuer.example\u0000'],
    ['did:web:issuer.example#keys-1'],
    ['did:web:ISSUER.example'],
    ['did:web:issuеr.example'],
    ['did:web:issuer.example:other'],
    ['did:web:issuer.exampl'],
    ['constructor'],
  ])('T41 an issuer %j that is not one of ours to the byte passes nothing and names nobody', (issuer) => {
    const report = shown({ issuer });
    expect(passed(report)).toEqual([]);
    expect(outcome(report, 'document_authenticity')).toEqual(['fail', 'document_not_accepted']);
    expect(outcome(report, 'face_match')).toEqual(['fail', 'document_not_accepted']);
    expect(report.identity).toBeUndefined();
  });

  it.each([
    ['credentialState', { revocationStatus: 'REVOKED' }, 'fail', 'document_not_accepted'],
    ['credentialState', { revocationStatus: 'valid' }, 'indeterminate', 'partner_answer_unknown'],
    ['credentialState', { revocationStatus: 'VALID ' }, 'indeterminate', 'partner_answer_unknown'],
    ['credentialState', {}, 'indeterminate', 'data_missing'],
    ['credentialState', undefined, 'indeterminate', 'data_missing'],
    ['expirationDate', '2026-11-22T11:59:59Z', 'fail', 'document_expired'],
    ['expirationDate', NOW.toISOString(), 'fail', 'document_expired'],
    ['expirationDate', undefined, 'indeterminate', 'data_missing'],
    ['expirationDate', 'never', 'indeterminate', 'data_missing'],
    ['expirationDate', '2099', 'indeterminate', 'data_missing'],
    ['domainValidation', undefined, 'indeterminate', 'data_missing'],
    ['domainValidation', {}, 'indeterminate', 'data_missing'],
    ['domainValidation', { url: 'http://issuer.example/' }, 'indeterminate', 'data_missing'],
    ['domainValidation', { url: 'issuer.example' }, 'indeterminate', 'data_missing'],
  ])('T39 with %s %j passes nothing: %s, %s', (member, value, result, reason) => {
    const report = shown({ [member]: value });
    expect(passed(report)).toEqual([]);
    expect(outcome(report, 'document_authenticity')).toEqual([result, reason]);
    expect(outcome(report, 'face_match')).toEqual([result, reason]);
    expect(outcome(report, 'presentation_attack')).toEqual(['indeterminate', reason]);
    expect(report.identity === undefined).toBe(result === 'fail');
  });

  it('needs no verified domain where the organisation does without', () => {
    expect(passed(shown({ domainValidation: undefined }, { linkedDomainRequired: false }))).toHaveLength(3);
  });

  it('the worst of several faults is the one that is told', () => {
    const report = shown({ credentialState: undefined, expirationDate: '2020-01-01T00:00:00Z' });
    expect(outcome(report, 'document_authenticity')).toEqual(['fail', 'document_expired']);
  });

  it('of another type is not the one that was asked for', () => {
    for (const type of [['VerifiableCredential'], ['VerifiableCredential', 'verifiedIdentity'], []]) {
      const report = shown({ type });
      expect(passed(report)).toEqual([]);
      expect(outcome(report, 'face_match')).toEqual(['indeterminate', 'data_missing']);
      expect(report.identity).toBeUndefined();
    }
    expect(passed(reportOf([showing()]))).toEqual([]);
  });

  it('T40 of several, only the one that was asked for says anything: no name and no face from beside it', () => {
    const stranger = { ...CREDENTIAL, type: ['VerifiableCredential', 'LibraryCard'], claims: { firstName: 'Mallory' } };
    const nameless = { ...CREDENTIAL, claims: {} };
    const faceless = { ...CREDENTIAL, faceCheck: undefined };
    for (const order of [
      [stranger, nameless],
      [nameless, stranger],
    ])
      expect(reportOf([showing(...order)]).identity?.reveal().givenName).toBeUndefined();
    const report = reportOf([showing(stranger, faceless)]);
    expect(outcome(report, 'face_match')).toEqual(['not_run', 'data_missing']);
  });

  it('T40 claims beside the credential are not read', () => {
    const beside = { ...showing({ ...CREDENTIAL, claims: {} }), claims: CREDENTIAL.claims, firstName: 'Erika' };
    expect(reportOf([beside]).identity?.reveal()).toEqual({ givenName: undefined, familyName: undefined });
  });

  it('T40 a claim that only a prototype has is none', () => {
    const report = shown({}, { claims: { givenName: 'constructor', familyName: 'toString' } });
    expect(report.identity?.reveal()).toEqual({ givenName: undefined, familyName: undefined });
  });

  it('two that would both do leave open which one the face was compared with', () => {
    const report = reportOf([showing(CREDENTIAL, { ...CREDENTIAL, issuer: 'did:web:other.example' })]);
    expect(passed(report)).toEqual([]);
    expect(outcome(report, 'face_match')).toEqual(['indeterminate', 'partner_answer_unknown']);
    expect(report.identity).toBeUndefined();
  });
});

describe('toReport: the face', () => {
  it('T38 a presentation without Face Check never passes a face', () => {
    const report = shown({ faceCheck: undefined });
    expect(outcome(report, 'face_match')).toEqual(['not_run', 'data_missing']);
    expect(outcome(report, 'presentation_attack')).toEqual(['not_run', 'data_missing']);
  });

  it.each([
    [70, ['pass', 'ok']],
    [100, ['pass', 'ok']],
    [69.999, ['indeterminate', 'faces_similar_unsure']],
    [0, ['indeterminate', 'faces_similar_unsure']],
    [-1, ['indeterminate', 'partner_answer_unknown']],
    [100.1, ['indeterminate', 'partner_answer_unknown']],
    [1e309, ['indeterminate', 'partner_answer_unknown']],
    ['86.3', ['indeterminate', 'partner_answer_unknown']],
    [null, ['indeterminate', 'partner_answer_unknown']],
    [[86.3], ['indeterminate', 'partner_answer_unknown']],
    [undefined, ['indeterminate', 'partner_answer_unknown']],
  ])('T39 a score of %j under a threshold of 70: %j', (matchConfidenceScore, expected) => {
    const report = shown({ faceCheck: { matchConfidenceScore, sourcePhotoQuality: 'HIGH' } });
    expect(outcome(report, 'face_match')).toEqual(expected);
    expect(check(report, 'presentation_attack')?.result).toBe(expected[0]);
  });

  it('NaN, which JSON cannot say, is no score either', () => {
    const text = JSON.stringify(VERIFIED).replace('86.314159', 'NaN');
    const question = { reference: REFERENCE, settings: SETTINGS, now: NOW };
    expect(() => toReport([new Sensitive(text)], question)).toThrow(
      new ProviderError('unintelligible', 'the callback does not have the documented shape'),
    );
  });

  it('a quality in other words than Microsoft’s is not repeated', () => {
    const report = shown({ faceCheck: { matchConfidenceScore: 90, sourcePhotoQuality: 'Erika looks fine' } });
    expect(check(report, 'face_match')).not.toHaveProperty('level');
  });
});

describe('toReport: other ends', () => {
  it('a face unlike the photo fails the face match and says nothing else', () => {
    const report = reportOf([RETRIEVED, REFUSED]);
    expect(outcome(report, 'face_match')).toEqual(['fail', 'faces_differ']);
    expect(outcome(report, 'presentation_attack')).toEqual(['not_run', 'data_missing']);
    expect(outcome(report, 'document_authenticity')).toEqual(['not_run', 'data_missing']);
    expect(report).toMatchObject({ status: 'completed', terminal: true });
  });

  it.each([
    [{ code: 'claimValidationError', message: 'The claim does not satisfy the constraint.' }],
    [{ code: 'claimValidationError' }],
    [{ code: 'brandNewError', message: 'Match confidence score failing to meet the threshold.' }],
    [{ code: 'constructor' }],
    [undefined],
  ])('T39 an error %j that is not documented leaves everything open', (error) => {
    const report = reportOf([{ ...REFUSED, error }]);
    for (const kind of checksOf(DEMANDS))
      expect(outcome(report, kind)).toEqual(['indeterminate', 'partner_answer_unknown']);
  });

  it('an error never carries a pass, whatever credentials stand beside it', () => {
    expect(passed(reportOf([{ ...VERIFIED, ...REFUSED }]))).toEqual([]);
  });

  it.each(['presentation_verified_with_notes', 'PRESENTATION_VERIFIED', 'verified', 'constructor', '__proto__'])(
    'T39 an unknown status %j ends the session with every check open and no identity',
    (requestStatus) => {
      const report = reportOf([{ ...VERIFIED, requestStatus }]);
      expect(report).toMatchObject({ status: 'completed', terminal: true });
      for (const kind of checksOf(DEMANDS)) expect(check(report, kind)?.result).toBe('indeterminate');
      expect(report.identity).toBeUndefined();
    },
  );

  it.each([[[]], [[RETRIEVED]], [[RETRIEVED, RETRIEVED]]])('before an end, the result is not ready', (said) => {
    expect(() => reportOf(said)).toThrow(expect.objectContaining({ code: 'not_ready', retryable: true }));
  });
});

describe('toReport: several callbacks', () => {
  it('T43 whatever order they come in, a contradiction passes nothing', () => {
    const other = showing({ ...CREDENTIAL, claims: { firstName: 'Mallory' } });
    const pieces: Members[] = [
      RETRIEVED,
      VERIFIED,
      REFUSED,
      other,
      { ...VERIFIED, requestStatus: 'presentation_expired' },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces), (said) => {
        const ends = said.filter(({ requestStatus }) => requestStatus !== 'request_retrieved');
        if (ends.length < 2) return;
        expect(passed(reportOf(said))).toEqual([]);
      }),
    );
  });

  it('T43 the order of the retrieval does not matter', () => {
    expect(reportOf([VERIFIED, RETRIEVED])).toEqual(reportOf([RETRIEVED, VERIFIED]));
  });

  it('T29 the same callback again changes nothing', () => {
    expect(reportOf([VERIFIED, VERIFIED, VERIFIED])).toEqual(reportOf([VERIFIED]));
  });

  it('T33 callbacks of another session are refused, though their key was right', () => {
    const state = 'vs_somebody_else.n0nceN0nceN0nceN0nceN0nceN0nceN0nceN0nceN0n';
    expect(() => reportOf([{ ...VERIFIED, state }])).toThrow(expect.objectContaining({ code: 'not_authentic' }));
  });

  it('T33 another request’s id and another nonce show in the binding, from the callback and not from memory', () => {
    const state = `${REFERENCE}.another_nonce_of_16`;
    expect(reportOf([{ ...VERIFIED, requestId: 'another-request', state }]).binding).toEqual({
      externalId: 'another-request',
      nonce: 'another_nonce_of_16',
    });
  });

  it('T39 whatever JSON comes, nothing but a report or a refusal does, and wild credentials pass nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(CREDENTIAL)), fc.jsonValue()), (wild) => {
        try {
          expect(passed(shown({ faceCheck: undefined, ...wild }, { vouchedChecks: [] }))).toEqual([]);
        } catch (error) {
          if (!(error instanceof ProviderError)) throw error;
          expect(error.code).toBe('unintelligible');
        }
      }),
    );
  });
});
