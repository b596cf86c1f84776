/**
 * The form in which logins and employee ids are compared: NFKC, trimmed, lower case. Validated before, so what is found
 * is the account that was meant or none (T6).
 */
export function canonicalIdentifier(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** What a login or an employee id is digested as. */
export const identifierText = (kind: 'login' | 'employee', text: string): string =>
  `${kind}:${canonicalIdentifier(text)}`;

/** Letters, digits and a few marks; no spaces, no control characters, nothing that looks like another letter by accident. */
export const LOGIN_PATTERN = /^[\p{L}\p{N}][\p{L}\p{N}._%+@'-]{0,254}$/u;
