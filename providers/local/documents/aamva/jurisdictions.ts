export interface Jurisdiction {
  /** Two letters, as in an address. */
  code: string;
  country: 'USA' | 'CAN';
}

/** Issuer identification numbers as AAMVA publishes them, each with the letters of its jurisdiction behind it. */
const UNITED_STATES =
  '604427AS 604430MP 604431PR 636000VA 636001NY 636002MA 636003MD 636004NC 636005SC 636006CT 636007LA 636008MT 636009NM ' +
  '636010FL 636011DE 636014CA 636015TX 636018IA 636019GU 636020CO 636021AR 636022KS 636023OH 636024VT 636025PA 636026AZ ' +
  '636029OR 636030MO 636031WI 636032MI 636033AL 636034ND 636035IL 636036NJ 636037IN 636038MN 636039NH 636040UT 636041ME ' +
  '636042SD 636043DC 636045WA 636046KY 636047HI 636049NV 636050ID 636051MS 636052RI 636053TN 636054NE 636055GA 636058OK ' +
  '636059AK 636060WY 636061WV 636062VI';
const CANADA =
  '604426PE 604428QC 604429YT 604432AB 604433NU 604434NT 636012ON 636013NS 636016NL 636017NB 636028BC 636044SK 636048MB';

const JURISDICTIONS: ReadonlyMap<string, Jurisdiction> = new Map([
  ...entries(UNITED_STATES, 'USA'),
  ...entries(CANADA, 'CAN'),
]);

/** Letters that an address on a licence may have; the last three are those of the United States' forces abroad. */
const ADDRESS_CODES: ReadonlySet<string> = new Set([
  ...[...JURISDICTIONS.values()].map(({ code }) => code),
  ...['AA', 'AE', 'AP'],
]);

function entries(list: string, country: Jurisdiction['country']): [string, Jurisdiction][] {
  return list.split(' ').map((entry) => [entry.slice(0, 6), { code: entry.slice(6), country }]);
}

export function jurisdictionOf(iin: string): Jurisdiction | undefined {
  return JURISDICTIONS.get(iin);
}

export function isAddressCode(code: string): boolean {
  return ADDRESS_CODES.has(code);
}
