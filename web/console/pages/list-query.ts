/** The members of a query that are texts and not empty: an empty field of a form narrows nothing down. */
export function filledIn<Name extends string>(query: unknown, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = (query as Record<string, unknown>)[name];
    if (typeof value === 'string' && value.trim() !== '') found[name] = value.trim();
  }
  return found;
}
