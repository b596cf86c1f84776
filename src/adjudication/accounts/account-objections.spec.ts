import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, Sensitive } from '../../../providers/kit/index.js';
import {
  ana,
  factsWith,
  failing,
  open,
  PARTNER_CHECKS,
  passed,
  policyWith,
  withCheck,
} from '../../../test/support/adjudication-facts.js';
import { adjudicate } from '../decide.js';
import type { AdjudicationFacts } from '../facts.js';
import { settleFacts } from '../settled-facts.js';
import { ifNobodyHadTheName } from './account-objections.js';

const NUMBER = { issuingCountry: 'GBR', number: 'AB123456' };
const recorded = new Sensitive({ ...ana, documentNumber: 'AB 123456', issuingCountry: 'GB' });
const shown = (number: string) => ({ document: new Sensitive({ ...NUMBER, number }) });
const reasonsAbout = (facts: AdjudicationFacts, about: string) =>
  adjudicate(facts).findings.find((finding) => finding.about === about && finding.result === 'objects')?.reasonCodes;

describe('a name that others in the directory have (T65)', () => {
  const subject = { nameUniqueInDirectory: false };

  it('T65: is never enough by itself', () => {
    const facts = factsWith({ subject });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'account')).toEqual(['name_not_unique']);
  });

  it('T65: will do with the face of the record, and with nothing less than a pass', () => {
    expect(adjudicate(withCheck(factsWith({ subject }), passed('reference_portrait_match'))).verdict).toBe('approve');
    const unsure = withCheck(factsWith({ subject }), open('reference_portrait_match', 'faces_similar_unsure'));
    expect(adjudicate(unsure).verdict).toBe('refer');
  });

  it('T65: will do with the very document that was proofed, and with no other', () => {
    const proofing = { attributes: recorded, coolingOff: false, level: 'IAL2' };
    expect(adjudicate(factsWith({ subject, proofing, report: shown('AB123456') })).verdict).toBe('approve');
    expect(adjudicate(factsWith({ subject, proofing, report: shown('AB123457') })).verdict).toBe('refer');
    expect(adjudicate(factsWith({ subject, proofing })).verdict).toBe('refer');
  });
});

describe('a name of which nobody can tell whether others have it (T65)', () => {
  it.each([
    ['accounts_not_indexed', { accountsNotIndexed: true }],
    ['namesake_unreadable', { namesakeUnreadable: true }],
  ])('T65: is not enough, and says why: %s', (reason, gap) => {
    const facts = factsWith({ subject: { nameUniqueInDirectory: false, ...gap } });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'account')).toEqual([reason]);
    expect(ifNobodyHadTheName(settleFacts(facts))?.subject.nameUniqueInDirectory).toBe(true);
  });

  it('T65: is not the same as a name that others have', () => {
    for (const nameUniqueInDirectory of [true, false]) {
      const facts = settleFacts(factsWith({ subject: { nameUniqueInDirectory } }));
      expect(ifNobodyHadTheName(facts)).toBeUndefined();
    }
  });
});

describe('the number of the document that was proofed (T65)', () => {
  it('T65: ties nobody to a document that was not seen as genuine', () => {
    const policy = policyWith({ requiredChecks: ['face_match', 'data_match'] });
    const proofing = { attributes: recorded, coolingOff: false, level: 'IAL2' };
    const subject = { nameUniqueInDirectory: false };
    const facts = factsWith({ policy, subject, proofing, report: shown('AB123456') });
    const unseen = withCheck(facts, {
      kind: 'document_authenticity',
      result: 'not_run',
      reasonCodes: ['not_supported_by_provider'],
    });
    expect(adjudicate(facts).verdict).toBe('approve');
    expect(adjudicate(unseen).verdict).toBe('refer');
    expect(reasonsAbout(unseen, 'account')).toEqual(['name_not_unique']);
  });
});

describe('a name or birth date that was changed this week (T48)', () => {
  const policy = policyWith({ matching: { unproofed: 'codes' }, ingredients: { unproofed: [] } });
  const ingredients = { savedCode: true, issuedCode: true };
  const unproofed = { policy, ingredients, proofing: undefined, directoryIdentity: new Sensitive(ana) };
  const subject = { identityCoolingOff: true, assuranceLevel: 'AAL1' };

  it('T48: recovers no account that was never proofed, and no reviewer can settle it', () => {
    expect(adjudicate(factsWith({ ...unproofed, subject: { ...subject, identityCoolingOff: false } })).verdict).toBe(
      'approve',
    );
    const facts = factsWith({ ...unproofed, subject });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'account')).toEqual(['identity_cooling_off']);
  });

  it('stands in nobody’s way where a record says who it is', () => {
    expect(adjudicate(factsWith({ subject })).verdict).toBe('approve');
  });
});

describe('a document of another account (T64)', () => {
  const facts = factsWith({ documentStanding: 'another_account' });

  it('T64: is not approved though everything agrees, and no reviewer can settle it', () => {
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', bucket: 'needs_review', approvableByReview: false });
    expect(reasonsAbout(facts, 'report')).toEqual(['document_on_other_account']);
    const everything = withCheck(facts, ...CHECK_KINDS.map(passed));
    expect(adjudicate(everything).verdict).toBe('refer');
  });

  it('T64: is denied where the policy denies', () => {
    const policy = policyWith({ review: { onFail: 'deny' } });
    expect(adjudicate({ ...facts, policy })).toMatchObject({ verdict: 'deny', bucket: 'not_confirmed' });
  });

  it.each(['unread', 'new', 'this_account'] as const)('T64: one that is %s stands in nobody’s way', (owner) => {
    expect(adjudicate(factsWith({ documentStanding: owner })).verdict).toBe('approve');
  });
});

describe('the number of a document', () => {
  const numberIn = (facts: AdjudicationFacts) =>
    adjudicate(facts).findings.find((finding) => finding.about === 'document_number');

  it('is an attribute of its own: one that was renewed is said and refuses nobody', () => {
    const proofing = { attributes: recorded, coolingOff: false, level: 'IAL2' };
    const renewed = factsWith({ proofing, report: shown('CD987654') });
    expect(adjudicate(renewed).verdict).toBe('approve');
    expect(numberIn(renewed)).toMatchObject({ result: 'different', reasonCodes: ['document_replaced'] });
    expect(numberIn(factsWith({ proofing, report: shown('AB123456') }))).toMatchObject({ result: 'exact' });
    expect(numberIn(factsWith())).toMatchObject({ result: 'not_comparable', reasonCodes: ['no_reference_on_record'] });
  });
});

describe('an account that was never proofed, where the policy takes codes (T63)', () => {
  const policy = policyWith({ matching: { unproofed: 'codes' } });
  const unproofed = (changes: NonNullable<Parameters<typeof factsWith>[0]> = {}) =>
    factsWith({
      policy,
      proofing: undefined,
      directoryIdentity: new Sensitive(ana),
      ingredients: { savedCode: true, issuedCode: false },
      ...changes,
    });

  const SAVED = { savedCode: true, issuedCode: false };
  const ISSUED = { savedCode: false, issuedCode: true };
  const BOTH = { savedCode: true, issuedCode: true };

  it.each([
    ['AAL1', 'saved', SAVED],
    ['AAL1', 'issued', ISSUED],
    ['AAL1', 'either', BOTH],
    ['AAL2', 'both', BOTH],
    ['AAL3', 'both', BOTH],
    [undefined, 'both', BOTH],
  ] as const)(
    'T63: at %s, document, face and codes (%s) of the account’s name will do',
    (level, _which, ingredients) => {
      const decision = adjudicate(unproofed({ ingredients, subject: { assuranceLevel: level } }));
      expect(decision.verdict).toBe('approve');
      expect(decision.findings.find(({ about }) => about === 'data_match')).toMatchObject({
        result: 'pass',
        method: 'directory_profile',
      });
    },
  );

  it.each([
    ['AAL2', SAVED],
    ['AAL2', ISSUED],
    ['AAL3', SAVED],
    ['AAL3', ISSUED],
    [undefined, ISSUED],
    ['AAL9', ISSUED],
  ])('T63: at %s one code is not enough: %j', (level, ingredients) => {
    const facts = unproofed({ ingredients, subject: { assuranceLevel: level } });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'proofing_record')).toEqual(['account_unproofed']);
  });

  it('T63: a document without a code goes to people, whatever else agrees', () => {
    const facts = unproofed({ ingredients: { savedCode: false, issuedCode: false } });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'proofing_record')).toEqual(['account_unproofed']);
  });

  it('T63: codes without the document of somebody of that name, seen as genuine, with their face, are nothing', () => {
    const kinds = ['document_authenticity', 'face_match'] as const;
    const waiving = policyWith({
      matching: { unproofed: 'codes' },
      waivedChecks: kinds,
      requiredChecks: ['data_match'],
    });
    for (const kind of kinds) {
      const checks = PARTNER_CHECKS.filter((other) => other !== kind).map(passed);
      const facts = unproofed({ policy: waiving, ingredients: { savedCode: true, issuedCode: true } });
      expect(adjudicate({ ...facts, report: { ...facts.report, checks } }).verdict).toBe('refer');
      expect(adjudicate(withCheck(facts, failing(kind, 'manual_review_requested'))).verdict).not.toBe('approve');
    }
    for (const other of [
      { ...ana, familyName: 'Other' },
      { ...ana, birthDate: undefined },
    ])
      expect(adjudicate(unproofed({ directoryIdentity: new Sensitive(other) })).verdict).toBe('refer');
  });

  it('T64: a document of which nobody read issuer and number stands for no account', () => {
    const facts = unproofed({ documentStanding: 'unread', ingredients: BOTH });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(reasonsAbout(facts, 'report')).toEqual(['data_missing']);
  });

  it.each(['review', 'refuse'] as const)('T63: codes change nothing where the policy says %s', (word) => {
    const strict = policyWith({ matching: { unproofed: word } });
    const verdict = word === 'refuse' ? 'deny' : 'refer';
    expect(adjudicate(unproofed({ policy: strict })).verdict).toBe(verdict);
  });
});
