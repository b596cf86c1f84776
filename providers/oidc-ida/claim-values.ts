import { birthDateIn, birthDateOf, type Check, type IdentityAttributes } from '../kit/index.js';
import { MATCHED } from './assertions.js';
import { CLAIM_NAMES, CLAIMED_ATTRIBUTES, valueSent, type ClaimedAttribute } from './claims-request.js';
import { claimValue, type VerifiedClaims } from './types.js';

/** What the claims of one assertion say about the person. */
export interface ClaimedIdentity {
  /** False: a claim nobody asked for, or one that cannot be read. The whole assertion is then somebody's to look at. */
  understood: boolean;
  /** Values as the vendor read them. */
  values: IdentityAttributes;
  /** Attributes whose expected value the vendor found to agree. */
  matched: ClaimedAttribute[];
  /** Attributes that are there and say nothing: null. */
  denied: ClaimedAttribute[];
}

const ASKED: readonly string[] = Object.values(CLAIM_NAMES);

/** OpenID Connect Core, 5.1: `YYYY` is a birth date of which only the year is known. */
const birthDateSaid = (text: string): string | undefined =>
  /^\d{4}$/.test(text) ? birthDateOf({ year: text, month: '00', day: '00' }) : birthDateIn(text);

/** `expected`: what was sent along for comparison; `MATCHED` about anything else means nothing. */
export function readClaims(claims: VerifiedClaims['claims'], expected: IdentityAttributes): ClaimedIdentity {
  const read: ClaimedIdentity = { understood: true, values: {}, matched: [], denied: [] };
  read.understood = Object.keys(claims).every((name) => ASKED.includes(name));
  for (const attribute of CLAIMED_ATTRIBUTES) {
    if (!Object.hasOwn(claims, CLAIM_NAMES[attribute])) continue;
    const { success, data: value } = claimValue.safeParse(claims[CLAIM_NAMES[attribute]]);
    if (!success) read.understood = false;
    else if (value === undefined) read.denied.push(attribute);
    else if (value !== MATCHED) read.values[attribute] = value;
    else if (valueSent(expected, attribute) !== undefined) read.matched.push(attribute);
    else read.understood = false;
  }
  const { birthDate: text } = read.values;
  if (text !== undefined) {
    const birthDate = birthDateSaid(text);
    if (birthDate === undefined) delete read.values.birthDate;
    else read.values.birthDate = birthDate;
    read.understood = read.understood && birthDate !== undefined;
  }
  return read;
}

/**
 * The vendor's comparison passes when it covers all three attributes. A value that is not the expected one, letter by
 * letter, is no opinion: what two names have in common is adjudication's to say, which gets the value.
 */
export function dataMatch(
  claimed: ClaimedIdentity,
  expected: IdentityAttributes,
): Pick<Check, 'result' | 'reasonCodes'> {
  const agrees = (attribute: ClaimedAttribute) =>
    claimed.matched.includes(attribute) ||
    (expected[attribute] !== undefined && claimed.values[attribute] === expected[attribute]);
  if (CLAIMED_ATTRIBUTES.every(agrees)) return { result: 'pass', reasonCodes: ['ok'] };
  const answered = CLAIMED_ATTRIBUTES.every(
    (attribute) => claimed.matched.includes(attribute) || claimed.values[attribute] !== undefined,
  );
  return { result: 'not_run', reasonCodes: [answered ? 'not_supported_by_provider' : 'data_missing'] };
}
