import { CHECK_KINDS } from '../../providers/kit/index.js';
import { codesAloneRefusal } from '../policy/codes-alone.js';
import { contradicted } from './contradictions.js';
import type { Objection } from './decision.js';
import type { AdjudicationFacts, SettledFacts } from './facts.js';
import { refer } from './objection.js';

/** Stands where a provider's report would: nobody was asked, so nothing was looked at. */
export const NO_REPORT: AdjudicationFacts['report'] = {
  status: 'pending',
  terminal: false,
  checks: CHECK_KINDS.map((kind) => ({ kind, result: 'not_run', reasonCodes: ['not_requested'] })),
  provenance: { adapterVersion: 'none', live: false, checkedAt: '' },
};

/** Names no provider: a receipt, and a report of an evaluation, say by it how the person came back. */
export const CODES_PROVIDER: AdjudicationFacts['provider'] = {
  id: 'recovery_codes',
  role: 'first',
  local: false,
  underWatch: false,
};

/** The codes were given in the very browser that gets the token. */
export const CODES_DEVICE: AdjudicationFacts['device'] = {
  sameDevice: 'capture',
  returned: false,
  strayed: false,
  overdue: false,
  confirmed: false,
};

/**
 * What stands in the way of an account that comes back by two codes and no document (NIST SP 800-63B-4, 4.2.2.2). Nobody
 * settles any of it: reviewers may send the person back to show a document.
 */
export function withCodesAlone(facts: SettledFacts): Objection[] {
  const { policy, subject, proofing, recoveryCase, ingredients, doubts = [] } = facts;
  const { assuranceLevel, privileged } = subject;
  const account = { assuranceLevel, privileged, proofingLevel: proofing?.level };
  const refusal = codesAloneRefusal(policy, account, { relayed: recoveryCase.relayed });
  const both = ingredients.savedCode && ingredients.issuedCode;
  return [
    ...(refusal ? [refer('recovery_codes', refusal)] : []),
    ...(both ? [] : [refer('recovery_codes', 'code_missing')]),
    ...doubts.map((reason) => refer('recovery_codes', reason)),
    ...contradicted(facts),
  ];
}
