/** Elements that have no end. */
const VOID = new Set(['meta', 'link', 'input', 'img', 'br', 'rect', 'circle', 'path']);

/** What a pattern finds: its first group, or all of it. */
export function matches(markup: string, pattern: RegExp): string[] {
  return [...markup.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

/** Names of elements that were opened and not closed, or closed out of turn. */
export function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, slash, name = ''] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:"[^"]*"|[^">])*>/gi)) {
    if (VOID.has(name) || tag.endsWith('/>')) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

/** Of a page's references between elements, those without a target. */
export function danglingReferences(markup: string): string[] {
  const ids = matches(markup, /\sid="([^"]+)"/g);
  const described = matches(markup, /aria-describedby="([^"]+)"/g).flatMap((list) => list.split(' '));
  return [...described, ...matches(markup, /href="#([^"]+)"/g)].filter((id) => !ids.includes(id));
}

/** Fields, but hidden ones, that no label names. */
export function unlabelled(markup: string): string[] {
  const labelled = new Set(matches(markup, /<label\s+for="([^"]+)"/g));
  const fields = matches(markup, /<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*>/g);
  return fields.filter((field) => !labelled.has(/\sid="([^"]+)"/.exec(field)?.[1] ?? ''));
}

/** What the Content-Security-Policy of every page forbids. */
export const FORBIDDEN_BY_POLICY = /<style|<iframe|\sstyle=|\son[a-z]+=|javascript:/i;
