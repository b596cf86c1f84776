import type { en } from './en/index.js';

/** All words of the pages. A language that lacks one of them does not compile. */
export type Catalogue = typeof en;

/** A reason that has words of its own; any other code is shown as `unknownReason`. */
export type ReasonCode = keyof Catalogue['reasons'];

/** One reason in the person's words. */
export interface ReasonWords {
  problem: string;
  advice: string;
}

/** The words for a reason code from anywhere; never the code itself. */
export function reasonWords(catalogue: Catalogue, code: string): ReasonWords {
  return isReasonCode(catalogue, code) ? catalogue.reasons[code] : catalogue.unknownReason;
}

function isReasonCode(catalogue: Catalogue, code: string): code is ReasonCode {
  return Object.hasOwn(catalogue.reasons, code);
}
