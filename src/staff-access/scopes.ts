/**
 * Scopes of staff and machines. No call asks for `tokens:redeem` or `webhooks:write` yet: redemption by other relying
 * parties and outgoing webhooks are not there, and who has these scopes can do nothing by them (README, "What is not here yet").
 */
export const SCOPES = [
  'cases:read',
  'cases:write',
  'cases:authorize',
  'reviews:decide',
  'subjects:read',
  'subjects:write',
  'policies:read',
  'policies:write',
  'audit:read',
  'audit:console',
  'webhooks:write',
  'tokens:redeem',
] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * `provisioner` is ours: a colleague who edits accounts does nothing else (rule 10). Nobody authorizes or reviews a case they
 * opened, whatever their roles. No role, and no combination of roles, can mark a person verified, see a token or
 * register a passkey for another person.
 */
const ROLES: Readonly<Record<string, readonly Scope[]>> = {
  helpdesk: ['cases:read', 'cases:write', 'cases:authorize', 'subjects:read'],
  reviewer: ['cases:read', 'cases:authorize', 'reviews:decide'],
  // The console's page of the trail is theirs alone (the auditors’ page); operators' tools read it by the interface.
  auditor: ['cases:read', 'audit:read', 'audit:console', 'policies:read'],
  operator: ['policies:read', 'policies:write', 'audit:read', 'webhooks:write'],
  provisioner: ['subjects:read', 'subjects:write'],
  relying_party: ['tokens:redeem'],
};

/**
 * Scopes that touch a case or its verdict: never together with provisioning in one principal (rule 10). A person who
 * reads why a case was decided would know what to change in an account.
 */
const CASE_SCOPES: readonly Scope[] = [
  'cases:read',
  'cases:write',
  'cases:authorize',
  'reviews:decide',
  'audit:read',
  'audit:console',
];

/** The scopes of a person's roles; unknown roles give nothing. */
export function scopesOfRoles(roles: readonly string[]): Set<string> {
  return separated(new Set(roles.flatMap((role) => ROLES[role] ?? [])));
}

/** Drops provisioning beside case, review or audit scopes: a person who edits addresses does not work on cases. */
export function separated(scopes: Set<string>): Set<string> {
  if (CASE_SCOPES.some((scope) => scopes.has(scope))) scopes.delete('subjects:write');
  return scopes;
}
