import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, Sensitive } from '../../../providers/kit/index.js';
import { factsWith, open, passed, withCheck } from '../../../test/support/adjudication-facts.js';
import { idaFaults } from '../../../test/support/ida-schema.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from '../../adjudication/codes-route.js';
import type { AdjudicationFacts } from '../../adjudication/facts.js';
import { settleFacts } from '../../adjudication/settled-facts.js';
import { receiptFacts } from './receipt-facts.js';
import { recoveryClaims, verifiedClaims } from './verified-claims.js';

const REPORTED = new Date('2026-11-25T22:00:00Z');
const DECIDED = new Date('2026-11-26T00:00:00Z');
const licence = { document: new Sensitive({ documentType: 'driving_licence' }) };

const about = (facts: AdjudicationFacts, approvals = 0) =>
  receiptFacts(
    { caseId: 'rc_1', subjectId: 'sub_1' },
    {
      ...{ decidedBy: 'rita.reviewer', decidedUnder: 'pol_1@2', decidedAt: DECIDED, reportedAt: REPORTED, approvals },
      facts: settleFacts(facts),
    },
  );
const claimsOf = (facts: AdjudicationFacts, approvals?: number) => verifiedClaims(about(facts, approvals));
const detailsOf = (claims: ReturnType<typeof claimsOf>) => {
  const { assurance_details: details } = claims.verification.assurance_process;
  return Object.fromEntries(details.map((detail) => [detail.assurance_type, detail]));
};

describe('verified claims', () => {
  it('name framework, document, each check with who did it and when, and what is not claimed', () => {
    const claims = claimsOf(factsWith({ report: licence }));
    const partner = { organization: 'clear1', time: '2026-11-25T22:00:00.000Z' };
    expect(claims.verification).toMatchObject({
      trust_framework: 'nist_800_63A',
      assurance_level: 'ial1',
      time: '2026-11-26T00:00:00.000Z',
      evidence: [
        {
          type: 'document',
          document_details: { type: 'driving_permit' },
          check_details: [
            { check_id: 'rc_1.document_authenticity', check_method: 'vri', ...partner },
            { check_id: 'rc_1.document_expiry', check_method: 'vri', ...partner },
            { check_id: 'rc_1.face_match', check_method: 'bvr', ...partner },
            { check_id: 'rc_1.presentation_attack', check_method: 'presentation_attack', ...partner },
            {
              check_id: 'rc_1.data_match',
              check_method: 'data',
              organization: 'regain',
              time: '2026-11-26T00:00:00.000Z',
            },
          ],
        },
      ],
    });
    expect(claims.not_claimed.map(({ claim }) => claim)).toContain('ial2_evidence');
  });

  it('have a word for every kind of check', () => {
    const everything = withCheck(factsWith({ report: licence }), ...CHECK_KINDS.map(passed));
    const [evidence] = claimsOf(everything).verification.evidence;
    expect(evidence?.check_details).toHaveLength(CHECK_KINDS.length);
  });

  it('say how strong the document is, on which checks each claim stands, and that the rules settled it', () => {
    const details = detailsOf(claimsOf(factsWith({ report: licence })));
    const strong = { evidence_metadata: { evidence_classification: 'strong' } };
    expect(details.document_validated).toMatchObject({
      assurance_classification: 'SP 800-63A-4, 3.13',
      evidence_ref: [
        { check_id: 'rc_1.document_authenticity', ...strong },
        { check_id: 'rc_1.document_expiry', ...strong },
      ],
    });
    expect(details.face_compared_with_document).toMatchObject({ evidence_ref: [{ check_id: 'rc_1.face_match' }] });
    expect(details.evidence_strength).toMatchObject({ assurance_classification: 'strong' });
    expect(details.settled_by).toMatchObject({ assurance_classification: 'policy' });
  });

  it('say that people settled it, how many, and not who', () => {
    const unsure = withCheck(factsWith({ report: licence }), open('face_match', 'faces_similar_unsure'));
    for (const [approvals, word] of [
      [1, 'one_reviewer'],
      [2, 'two_reviewers'],
    ] as const) {
      const claims = claimsOf(unsure, approvals);
      expect(detailsOf(claims).settled_by).toMatchObject({ assurance_classification: word });
      expect(detailsOf(claims).evidence_strength).toMatchObject({ assurance_classification: 'weak' });
      expect(claims.verification.evidence[0]?.check_details).toContainEqual({
        check_id: 'rc_1.face_match',
        check_method: 'pvr',
        organization: 'reviewers',
        time: '2026-11-26T00:00:00.000Z',
      });
      expect(JSON.stringify(claims)).not.toContain('rita');
    }
  });

  it('say that the rules settled it where nobody voted, whatever the rules of now would leave to people', () => {
    const unsure = withCheck(factsWith({ report: licence }), open('face_match', 'faces_similar_unsure'));
    expect(detailsOf(claimsOf(unsure, 0)).settled_by).toMatchObject({ assurance_classification: 'policy' });
  });

  it('name no level and no strength that the evidence does not carry', () => {
    const claims = claimsOf(factsWith());
    expect(claims.verification).not.toHaveProperty('assurance_level');
    expect(JSON.stringify(claims)).not.toContain('evidence_classification');
  });

  it.each([
    ['a strong approval', factsWith({ report: licence })],
    ['a document of no known kind', factsWith()],
    ['a test environment', factsWith({ report: { ...licence, provenance: undefined } })],
    ['nothing that passed', factsWith({ report: { checks: [], identity: undefined } })],
  ])('are as OpenID Identity Assurance Schema Definition 1.0 has them: %s', (_what, facts) => {
    expect(idaFaults(claimsOf(facts, 1))).toEqual([]);
  });

  it('would be found out if they were not', () => {
    const claims = claimsOf(factsWith({ report: licence }));
    const { verification } = claims;
    const [evidence] = verification.evidence;
    const faulty: [object, RegExp][] = [
      [{ claims: {} }, /verification/],
      [{ ...claims, verification: { ...verification, trust_framework: undefined } }, /trust_framework/],
      [{ ...claims, verification: { ...verification, time: 'yesterday' } }, /date-time/],
      [
        { ...claims, verification: { ...verification, evidence: [{ ...evidence, check_details: [] }] } },
        /fewer than 1/,
      ],
      [{ ...claims, verification: { ...verification, evidence: [] } }, /no check is called rc_1\./],
    ];
    for (const [value, fault] of faulty) expect(idaFaults(value).join()).toMatch(fault);
  });
});

describe('a receipt without a document', () => {
  it('claims two codes and the browser, and nobody’s identity', () => {
    const facts = factsWith({ ingredients: { savedCode: true, issuedCode: true } });
    const byCodes = { route: 'codes', report: NO_REPORT, provider: CODES_PROVIDER, device: CODES_DEVICE } as const;
    const claims = recoveryClaims(about({ ...facts, ...byCodes }));
    expect(claims).toMatchObject({ method: 'two_recovery_codes', policy: 'pol_1@2', sub: 'sub_1' });
    expect(claims.claimed.map(({ claim }) => claim)).toEqual(['device_bound', 'two_codes']);
    expect(claims.not_claimed.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining(['document_validated', 'ial1_evidence', 'repeated_proofing']),
    );
    expect(JSON.stringify(claims)).not.toMatch(/verified_claims|document_details/);
  });
});
