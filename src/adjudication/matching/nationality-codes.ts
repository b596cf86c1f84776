import { issuerOf } from '../../recovery-case/issuing-country.js';

/** Alpha-3 of whatever a partner or a zone writes (`D<<`, `de`, `GBN`); undefined for what names no state. */
export function stateOf(nationality: unknown): string | undefined {
  return issuerOf(nationality);
}
