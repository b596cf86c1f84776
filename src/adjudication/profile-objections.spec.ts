import { describe, expect, it } from '@jest/globals';
import { Sensitive, type CheckKind } from '../../providers/kit/index.js';
import {
  ana,
  factsWith,
  localFacts,
  open,
  PARTNER_CHECKS,
  passed,
  policyWith,
  withCheck,
} from '../../test/support/adjudication-facts.js';
import type { ProofedAttributes } from '../directory/subject.js';
import { adjudicate } from './decide.js';
import type { AdjudicationFacts } from './facts.js';

const shown = (document: Record<string, unknown>) => ({
  checks: PARTNER_CHECKS.map(passed),
  identity: new Sensitive({ ...ana }),
  document: new Sensitive(document),
});
const reasonsAbout = (facts: AdjudicationFacts, about: string): string[] =>
  adjudicate(facts)
    .findings.filter((finding) => finding.about === about)
    .flatMap((finding) => finding.reasonCodes);

describe('checks by the account’s strength (T61)', () => {
  const policy = policyWith({
    strength: { aal2Checks: ['injection_attack'], aal3Checks: ['document_data_consistency'] },
  });
  const report = (...more: CheckKind[]) => ({ checks: [...PARTNER_CHECKS, ...more].map(passed) });

  it.each([
    ['AAL1', [], 'approve'],
    ['AAL2', [], 'refer'],
    ['AAL2', ['injection_attack'], 'approve'],
    ['AAL3', ['injection_attack'], 'refer'],
    ['AAL3', ['injection_attack', 'document_data_consistency'], 'approve'],
    [undefined, ['injection_attack'], 'refer'],
    [undefined, ['injection_attack', 'document_data_consistency'], 'approve'],
  ] as [string | undefined, CheckKind[], string][])('T61 %s with %j besides: %s', (assuranceLevel, more, verdict) => {
    const facts = factsWith({
      policy,
      report: report(...more),
      subject: { ...(assuranceLevel && { assuranceLevel }) },
    });
    expect(adjudicate(facts).verdict).toBe(verdict);
  });

  it('T61 an account of AAL3 that was proofed on site is recovered by nothing done from afar', () => {
    const proofing = { attributes: new Sensitive(ana), coolingOff: false, level: 'IAL3' };
    const decision = adjudicate(factsWith({ proofing }));
    expect(decision).toMatchObject({ verdict: 'deny', bucket: 'not_confirmed', approvableByReview: false });
    expect(adjudicate(factsWith({ proofing, subject: { assuranceLevel: 'AAL2' } })).verdict).toBe('approve');
  });
});

describe('documents that a policy asks a provider about (T38)', () => {
  const when = { countries: ['DEU', 'XKX'], documentTypes: ['passport'] };
  const policy = policyWith({ providers: [{ id: 'clear1', when }, 'local'] });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['is one of them', { issuingCountry: 'DEU', documentType: 'passport' }, []],
    ['is one of them, as a zone writes it', { issuingCountry: 'D<<', documentType: 'passport' }, []],
    ['is one of them by another code', { issuingCountry: 'RKS', documentType: 'passport' }, []],
    ['is of another country', { issuingCountry: 'USA', documentType: 'passport' }, ['provider_not_for_document']],
    ['is of another kind', { issuingCountry: 'DEU', documentType: 'driving_licence' }, ['provider_not_for_document']],
    ['does not say its country', { documentType: 'passport' }, ['provider_not_for_document']],
    ['does not say its kind', { issuingCountry: 'DEU' }, ['provider_not_for_document']],
  ])('T38 %s: whatever the person chose before', (_what, document, expected) => {
    const facts = factsWith({ policy, report: shown(document) });
    expect(reasonsAbout(facts, 'provider')).toEqual(expected);
    expect(adjudicate(facts).verdict).toBe(expected.length > 0 ? 'refer' : 'approve');
  });

  it('T38 is not asked of a provider without conditions', () => {
    expect(adjudicate(factsWith({ report: shown({}) })).verdict).toBe('approve');
  });
});

describe('documents a policy takes (T68)', () => {
  const policy = policyWith({ documents: { types: ['passport'], excludedCountries: ['FRA'] } });

  it('T68 one of them is as good as ever', () => {
    const facts = factsWith({ policy, report: shown({ documentType: 'passport', issuingCountry: 'DEU' }) });
    expect(adjudicate(facts).verdict).toBe('approve');
  });

  it('T68 another one is asked for while there are tries, and refused after them', () => {
    const report = shown({ documentType: 'passport', issuingCountry: 'FR' });
    expect(adjudicate(factsWith({ policy, report }))).toMatchObject({
      verdict: 'retry',
      bucket: 'unsupported_document',
    });
    const last = factsWith({ policy, report, recoveryCase: { attempt: 3 } });
    expect(adjudicate(last)).toMatchObject({ verdict: 'deny', next: { reason: 'attempts_exhausted' } });
  });

  it('T69 what nobody says of a document is not taken for granted', () => {
    const facts = factsWith({ policy, report: shown({ documentType: 'PASS', issuingCountry: 'DEU' }) });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'report')).toEqual(['document_not_named']);
    const looked = {
      ...facts,
      policy: policyWith({ documents: policy.documents, review: { reviewable: ['document_authenticity'] } }),
    };
    expect(adjudicate(looked).approvableByReview).toBe(true);
  });

  it('has to be the one of the enrolment where the policy says so', () => {
    const strict = policyWith({ matching: { require: ['data', 'document_number'] } });
    const proofing = {
      attributes: new Sensitive({ ...ana, documentNumber: 'C01X 00T47', issuingCountry: 'DEU' }),
      coolingOff: false,
      level: 'IAL2',
    };
    const withNumber = (number?: string) =>
      factsWith({ policy: strict, proofing, report: shown(number ? { number, issuingCountry: 'D' } : {}) });
    expect(adjudicate(withNumber('c01x00t47')).verdict).toBe('approve');
    expect(reasonsAbout(withNumber('C01X00T48'), 'report')).toEqual(['document_number_differs']);
    expect(reasonsAbout(withNumber(), 'report')).toEqual(['data_missing']);
    expect(adjudicate(withNumber('C01X00T48'))).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });
});

describe('codes a policy asks for besides', () => {
  const policy = policyWith({ ingredients: { proofed: ['saved_code'], unproofed: ['saved_code', 'issued_code'] } });

  it('are missed until they were given', () => {
    expect(reasonsAbout(factsWith({ policy }), 'account')).toEqual(['code_missing']);
    const given = factsWith({ policy, ingredients: { savedCode: true, issuedCode: false } });
    expect(adjudicate(given).verdict).toBe('approve');
    const other = factsWith({ policy, ingredients: { savedCode: false, issuedCode: true } });
    expect(adjudicate(other)).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });

  it('are those for unproofed accounts where there is no record', () => {
    const facts = factsWith({ policy, proofing: undefined, ingredients: { savedCode: true, issuedCode: false } });
    expect(reasonsAbout(facts, 'account')).toEqual(['code_missing']);
  });
});

describe('names by the policy', () => {
  const person = { ...ana, nationality: 'PRT' };
  const identity = new Sensitive({ ...person, givenName: 'Ana' });
  const proofedAs = (attributes: ProofedAttributes) => ({
    attributes: new Sensitive({ ...attributes, givenName: 'Ana Maria' }),
    coolingOff: false,
    level: 'IAL2',
  });
  const proofing = proofedAs(person);

  it('T63 in a shorter form go to people where nobody recorded the nationality', () => {
    const facts = factsWith({ proofing: proofedAs(ana), report: { identity } });
    expect(adjudicate(facts).verdict).toBe('refer');
    expect(reasonsAbout(facts, 'data_match')).toEqual(['name_only_similar']);
    const policy = policyWith({ review: { reviewable: ['data_match'] } });
    expect(adjudicate({ ...facts, policy }).approvableByReview).toBe(true);
  });

  it('agree in a shorter form, or have to be the name itself', () => {
    expect(adjudicate(factsWith({ proofing, report: { identity } })).verdict).toBe('approve');
    const strict = factsWith({
      policy: policyWith({ matching: { names: 'equivalent' } }),
      proofing,
      report: { identity },
    });
    expect(adjudicate(strict).verdict).toBe('refer');
    expect(reasonsAbout(strict, 'data_match')).toEqual(['name_not_close_enough']);
  });
});

describe('the hold, by what the approval would stand on', () => {
  const hold = { seconds: 10, fairEvidenceSeconds: 100, weakEvidenceSeconds: 1_000 };
  const policy = policyWith({ hold });

  it('is the shortest for what a partner has looked at whole', () => {
    expect(adjudicate(factsWith({ policy })).holdSeconds).toBe(10);
  });

  it('is longer where nobody looked for attacks or at the document', () => {
    const unseen = policyWith({ hold, requiredChecks: ['face_match', 'data_match'] });
    const checks = (['face_match'] as CheckKind[]).map(passed);
    expect(adjudicate(factsWith({ policy: unseen, report: { checks } })).holdSeconds).toBe(100);
  });

  it('is longest for what people settle, and for what the policy waives', () => {
    const settled = withCheck(factsWith({ policy }), open('face_match', 'faces_similar_unsure'));
    expect(adjudicate(settled)).toMatchObject({ approvableByReview: true, holdSeconds: 1_000 });
    const local = localFacts();
    expect(adjudicate({ ...local, policy: { ...local.policy, hold } }).holdSeconds).toBe(1_000);
  });

  it('is never shorter for weaker evidence, however the three are written', () => {
    const odd = policyWith({ hold: { seconds: 500, fairEvidenceSeconds: 20, weakEvidenceSeconds: 3 } });
    const settled = withCheck(factsWith({ policy: odd }), open('face_match', 'faces_similar_unsure'));
    expect([adjudicate(factsWith({ policy: odd })), adjudicate(settled)].map((each) => each.holdSeconds)).toEqual([
      500, 500,
    ]);
  });
});

describe('reviewers by the policy', () => {
  it('are as many as it asks for, and never fewer than rule 5', () => {
    const needed = (facts: AdjudicationFacts) => adjudicate(facts).reviewersNeeded;
    expect(needed(factsWith())).toBe(1);
    expect(needed(factsWith({ policy: policyWith({ review: { reviewersNeeded: 2 } }) }))).toBe(2);
    expect(needed(factsWith({ subject: { privileged: true } }))).toBe(2);
    expect(needed(localFacts())).toBe(2);
  });
});
