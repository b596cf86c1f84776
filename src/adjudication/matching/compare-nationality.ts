import { agreed, differs, MISSING_IN_EVIDENCE, MISSING_IN_RECORD, type AttributeMatch } from './match-outcome.js';
import { stateOf } from './nationality-codes.js';
import type { EvidenceNationality } from './nationality-of-evidence.js';

/**
 * Advisory: people change their nationality and have several, so a difference refuses nobody by itself. It takes away
 * what a name that is merely similar could lean on (see weigh-identity.ts). One that was read and is not the issuer's is
 * said, because a person should look at such a document, and it stands.
 */
export function compareNationality(record: unknown, claim: unknown, shown: EvidenceNationality): AttributeMatch {
  const match = compareStates(record, claim, shown);
  if (!shown.contradicted) return match;
  const others = match.reasonCodes.filter((code) => code !== 'ok');
  return { ...match, reasonCodes: [...others, 'nationality_not_of_issuer'] };
}

function compareStates(record: unknown, claim: unknown, { state, from }: EvidenceNationality): AttributeMatch {
  const ours = stateOf(record);
  if (ours === undefined) return MISSING_IN_RECORD;
  if (state === undefined) return MISSING_IN_EVIDENCE;
  const method = from === 'issuer' ? 'issuer_of_document' : 'same_state';
  if (ours !== state) return differs(method, 'nationality_differs');
  return agreed(record === claim ? 'exact' : 'equivalent', method);
}
