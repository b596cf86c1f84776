/**
 * Places in an answer whose shape is not published, as an operator writes them down: member names joined by dots, each
 * with an optional `[0]` for one element of a list or `[type=face_compare]` for those that say so about themselves.
 */
export interface JsonPath {
  text: string;
  steps: readonly Step[];
}

type Step = { member: string } | { index: number } | { where: string; equals: string };

const SEGMENT = /^([A-Za-z_][\w-]{0,63})((?:\[(?:\d{1,3}|[A-Za-z_][\w-]{0,63}=[\w.:-]{1,64})\])*)$/;
const SELECTOR = /\[(?:(\d+)|([\w-]+)=([\w.:-]+))\]/g;
const MAX_SEGMENTS = 12;

/** The path, or undefined for a text that is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const segments = splitOutsideBrackets(text).map((segment) => SEGMENT.exec(segment));
  if (segments.length > MAX_SEGMENTS) return undefined;
  const steps: Step[] = [];
  for (const segment of segments) {
    if (!segment) return undefined;
    const [, member = '', selectors = ''] = segment;
    steps.push({ member });
    for (const [, index, where = '', equals = ''] of selectors.matchAll(SELECTOR))
      steps.push(index === undefined ? { where, equals } : { index: Number(index) });
  }
  return { text, steps };
}

/** Every value at the path; only a `[name=value]` can find several. Own members only, and nothing is ever coerced. */
export function valuesAt(document: unknown, { steps }: JsonPath): unknown[] {
  let found: unknown[] = [document];
  for (const step of steps) found = found.flatMap((value) => follow(value, step));
  return found;
}

function follow(value: unknown, step: Step): unknown[] {
  if ('member' in step) return memberOf(value, step.member);
  if (!Array.isArray(value)) return [];
  const elements = value as unknown[];
  if ('index' in step) return step.index < elements.length ? [elements[step.index]] : [];
  return elements.filter((element) => memberOf(element, step.where).includes(step.equals));
}

export function memberOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

/** A value in brackets may hold dots. */
const splitOutsideBrackets = (text: string): string[] => text.split(/\.(?![^[\]]*\])/);
