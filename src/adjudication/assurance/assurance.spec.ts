import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../../../providers/kit/index.js';
import { ana, factsWith, failing, passed, withCheck } from '../../../test/support/adjudication-facts.js';
import type { AdjudicationFacts } from '../facts.js';
import { settleFacts } from '../settled-facts.js';
import { ASSURANCE_CLAIMS, assuranceOf } from './assurance.js';

const passport = { document: new Sensitive({ documentType: 'passport' }) };
const proofedAt = (level: string) => ({ attributes: new Sensitive(ana), coolingOff: false, level });
const claimsOf = (facts: AdjudicationFacts): string[] =>
  assuranceOf(settleFacts(facts)).claimed.map(({ claim }) => claim);
const whyNot = (facts: AdjudicationFacts, claim: string): string | undefined =>
  assuranceOf(settleFacts(facts)).notClaimed.find((assessed) => assessed.claim === claim)?.because;

describe('what may be claimed of a recovery', () => {
  it('says something of every claim, once', () => {
    const { claimed, notClaimed } = assuranceOf(settleFacts(factsWith()));
    expect([...claimed, ...notClaimed].map(({ claim }) => claim).sort()).toEqual([...ASSURANCE_CLAIMS].sort());
  });

  it('is repeated proofing for an account proofed at IAL1 and a passport that a partner validated', () => {
    const facts = factsWith({ report: passport, proofing: proofedAt('IAL1') });
    expect(claimsOf(facts)).toEqual([
      'document_validated',
      'face_compared_with_document',
      'living_person_checked',
      'matches_proofing_record',
      'device_bound',
      'ial1_evidence',
      'repeated_proofing',
    ]);
  });

  it('is never IAL2 for one document and a selfie, nor IAL3 from afar', () => {
    const facts = withCheck(factsWith({ report: passport, proofing: proofedAt('IAL2') }), passed('injection_attack'));
    expect(claimsOf(facts)).not.toContain('ial2_evidence');
    expect(whyNot(facts, 'ial2_evidence')).toContain('one document alone');
    expect(whyNot(facts, 'repeated_proofing')).toBe('one document alone does not repeat IAL2');
    expect(whyNot(facts, 'ial3_attended')).toBe('nobody attended on site');
    expect(claimsOf(facts)).toContain('camera_checked');
  });

  it.each([
    ['document_authenticity', ['document_validated', 'ial1_evidence', 'repeated_proofing']],
    ['face_match', ['face_compared_with_document', 'ial1_evidence', 'repeated_proofing']],
    ['presentation_attack', ['living_person_checked', 'ial1_evidence', 'repeated_proofing']],
  ] as const)('loses what rests on %s when it did not pass', (kind, lost) => {
    const good = factsWith({ report: passport, proofing: proofedAt('IAL1') });
    const facts = withCheck(good, failing(kind, 'partner_undecided'));
    expect(claimsOf(facts)).toEqual(claimsOf(good).filter((claim) => !(lost as readonly string[]).includes(claim)));
  });

  it('is no proofing at all for a document of a kind nobody named', () => {
    expect(whyNot(factsWith({ proofing: proofedAt('IAL1') }), 'ial1_evidence')).toBe(
      'the kind of document is not known',
    );
  });

  it('is nothing at all for a report of a test environment', () => {
    const provenance = { adapterVersion: 't', live: false, checkedAt: '2026-11-22T00:00:00Z' };
    const facts = factsWith({ report: { ...passport, provenance }, proofing: proofedAt('IAL1') });
    expect(claimsOf(facts)).toEqual([]);
    expect(whyNot(facts, 'ial1_evidence')).toContain('live environment');
  });

  it('is not repeated for an account that never was proofed', () => {
    const facts = factsWith({ report: passport, proofing: undefined });
    expect(whyNot(facts, 'repeated_proofing')).toBe('nobody was proofed for this account');
    expect(claimsOf(facts)).not.toContain('matches_proofing_record');
  });

  it.each([
    [{ sameDevice: 'return', returned: false }],
    [{ sameDevice: 'return', returned: true, strayed: true }],
    [{ sameDevice: 'none', returned: true }],
  ] as const)('is not bound to the device by %j', (device) => {
    expect(claimsOf(factsWith({ device }))).not.toContain('device_bound');
  });

  it('takes two codes by different methods', () => {
    const withCodes = (savedCode: boolean, issuedCode: boolean) =>
      factsWith({ ingredients: { savedCode, issuedCode } });
    expect(claimsOf(withCodes(true, true))).toContain('two_codes');
    expect(claimsOf(withCodes(true, false))).not.toContain('two_codes');
    expect(claimsOf(withCodes(false, true))).not.toContain('two_codes');
  });
});
