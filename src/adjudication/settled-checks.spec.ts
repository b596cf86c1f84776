import { describe, expect, it } from '@jest/globals';
import type { Check, CheckReason } from '../../providers/kit/index.js';
import { PolicyDocument } from '../policy/policy.js';
import { adjudicate } from './decide.js';
import type { AdjudicationFacts } from './facts.js';
import { settleChecks } from './settled-checks.js';

const PASSING = (['document_expiry', 'face_match', 'data_match'] as const).map((kind): Check => ({
  kind,
  result: 'pass',
  reasonCodes: ['ok'],
}));

function factsWith(policy: Partial<PolicyDocument>, reasonCodes: CheckReason[]): AdjudicationFacts {
  return {
    policy: PolicyDocument.parse({ name: 'P', providers: ['clear1'], requiredChecks: ['face_match'], ...policy }),
    proofing: undefined,
    today: '2026-11-22',
    liveOnly: true,
    withdrawn: false,
    report: {
      status: 'completed',
      terminal: true,
      checks: [...PASSING, { kind: 'document_authenticity', result: 'fail', reasonCodes }],
      matchedOnly: ['givenName', 'familyName', 'birthDate'],
      provenance: { adapterVersion: 't', live: true, checkedAt: '2026-11-22T00:00:00Z' },
    },
    provider: { id: 'clear1', role: 'first', local: false, underWatch: false },
    device: { sameDevice: 'return', returned: true, overdue: false, confirmed: false, strayed: false },
    recoveryCase: {
      mode: 'production',
      attempt: 1,
      attemptsAllowed: 3,
      relayed: false,
      callConfirmed: false,
      authorized: true,
    },
    subject: { active: true, privileged: false, nameUniqueInDirectory: true },
    documentStanding: 'new',
    ingredients: { savedCode: false, issuedCode: false },
  };
}

const authenticity = (policy: Partial<PolicyDocument>, reasonCodes: CheckReason[]) =>
  settleChecks(factsWith(policy, reasonCodes)).checks.document_authenticity;
describe('T69: a specimen that a provider found', () => {
  it('fails, and leaves the question open only where specimens may be shown', () => {
    expect(authenticity({}, ['document_specimen']).result).toBe('fail');
    expect(authenticity({ allowSpecimens: true }, ['document_specimen'])).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['document_specimen'],
    });
  });

  it.each([[['document_specimen', 'document_not_genuine']], [['document_not_genuine']], [[]]] as CheckReason[][][])(
    'is not what %j says, whatever is allowed',
    (reasonCodes) => {
      expect(authenticity({ allowSpecimens: true }, reasonCodes).result).toBe('fail');
    },
  );

  it('still is not the genuine document that a policy demands', () => {
    const demanding = {
      allowSpecimens: true,
      requiredChecks: ['document_authenticity' as const, 'face_match' as const],
    };
    expect(adjudicate(factsWith(demanding, ['document_specimen'])).verdict).toBe('refer');
  });
});
