import { agreed, differs, MISSING_IN_EVIDENCE, MISSING_IN_RECORD, type AttributeMatch } from './match-outcome.js';
import { stateOf } from './nationality-codes.js';

/**
 * Advisory: people change their nationality and have several, so a difference refuses nobody by itself. It takes away
 * what a name that is merely similar could lean on (see weigh-identity.ts).
 */
export function compareNationality(record: unknown, claim: unknown): AttributeMatch {
  const [ours, theirs] = [stateOf(record), stateOf(claim)];
  if (ours === undefined) return MISSING_IN_RECORD;
  if (theirs === undefined) return MISSING_IN_EVIDENCE;
  if (ours !== theirs) return differs('same_state', 'nationality_differs');
  return agreed(record === claim ? 'exact' : 'equivalent', 'same_state');
}
