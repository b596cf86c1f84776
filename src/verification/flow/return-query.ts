const MAX_MEMBERS = 20;
const MAX_LENGTH = 4096;

/** Members that were given once, as text of a sane length. A partner's code or state given twice is given not at all. */
export function returnQuery(given: unknown): Record<string, string> {
  const members = Object.entries(given ?? {}) as [string, unknown][];
  const texts = members.filter(
    (member): member is [string, string] => typeof member[1] === 'string' && member[1].length <= MAX_LENGTH,
  );
  return Object.fromEntries(texts.slice(0, MAX_MEMBERS));
}
