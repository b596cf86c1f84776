/** The value at a path such as `resultData.Status`, by own members only; undefined where the path ends early. */
export function readMember(value: unknown, path: string): unknown {
  let here = value;
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

/** The same, where a text, a number or a truth value stands: as text. */
export function readWord(value: unknown, path: string): string | undefined {
  const found = readMember(value, path);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? `${found}` : undefined;
}

/** A copy with the text at that path; members on the way that are no objects yet become some. */
export function withMember(
  value: Readonly<Record<string, unknown>>,
  path: string,
  text: string,
): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...value, [name]: text };
  const inner = Object.hasOwn(value, name) ? value[name] : undefined;
  const holder = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  return { ...value, [name]: withMember(holder, rest.join('.'), text) };
}
