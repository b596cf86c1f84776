import { z } from 'zod';

/**
 * A place in an answer whose shape is not published, as an operator writes it down: member names joined by dots, each
 * with an optional `[0]` for one element of a list – or for an object's member of such a name – or `[type=face_compare]`
 * for those that say so about themselves.
 * For operators: paths.md beside this file.
 */
export interface JsonPath {
  text: string;
  steps: readonly Step[];
}

/** A path of member names alone, where something can be put as well. */
export interface MemberPath extends JsonPath {
  steps: readonly MemberStep[];
}

interface MemberStep {
  member: string;
}
type Step = MemberStep | { figures: string } | { where: string; equals: string };

/** A name of figures alone is none: it is written in brackets, as an element of a list is. */
const SEGMENT = /^(?!\d+(?:\[|$))(\w[\w-]{0,63})((?:\[(?:\d{1,64}|[A-Za-z_][\w-]{0,63}=[\w.:-]{1,64})\])*)$/;
const SELECTOR = /\[(?:(\d+)|([\w-]+)=([\w.:-]+))\]/g;
const MAX_SEGMENTS = 12;
const MAX_TEXT = 500;
/** Members that every object has, or that would change what an object is. */
const NOT_A_MEMBER = ['__proto__', 'constructor', 'prototype'];

/** The path, or undefined for a text that is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const segments = splitOutsideBrackets(text).map((segment) => SEGMENT.exec(segment));
  if (segments.length > MAX_SEGMENTS) return undefined;
  const steps: Step[] = [];
  for (const segment of segments) {
    if (!segment) return undefined;
    const [, member = '', selectors = ''] = segment;
    steps.push({ member });
    for (const [, figures, where = '', equals = ''] of selectors.matchAll(SELECTOR))
      steps.push(figures === undefined ? { where, equals } : { figures });
  }
  return steps.some((step) => NOT_A_MEMBER.includes(nameIn(step))) ? undefined : { text, steps };
}

/** A setting that is a path. */
export const jsonPath = z.string().transform((text, context): JsonPath => {
  const path = parseJsonPath(text);
  if (path) return path;
  context.addIssue({
    code: 'custom',
    message: 'must be member names joined by dots, e.g. result.checks[type=x].status',
  });
  return z.NEVER;
});

/** A setting that says where in a request something goes. */
export const memberPath = z.string().transform((text, context): MemberPath => {
  const path = parseJsonPath(text);
  if (path && isMemberPath(path)) return path;
  context.addIssue({ code: 'custom', message: 'must be member names joined by dots, without brackets' });
  return z.NEVER;
});

/**
 * Every value at the path; only a `[name=value]` can find several. Own members only, and nothing is ever coerced. What an
 * element so selected does not have is found as undefined: that it says nothing must not be overlooked where others speak.
 */
export function valuesAt(document: unknown, { steps }: JsonPath): unknown[] {
  let found: unknown[] = [document];
  let selected = false;
  for (const step of steps) {
    found = found.flatMap((value) => orUndefined(follow(value, step), selected));
    selected ||= 'where' in step;
  }
  return found;
}

const orUndefined = (found: unknown[], selected: boolean): unknown[] =>
  selected && found.length === 0 ? [undefined] : found;

/** The own member of an object, in a list of one; of nothing else any. */
export function memberOf(value: unknown, name: string): unknown[] {
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

/** A copy with the text at that path; what is no object on the way becomes one. */
export const withTextAt = (value: unknown, { steps }: MemberPath, text: string): Record<string, unknown> =>
  withText(value, steps, text);

function withText(value: unknown, [step, ...rest]: readonly MemberStep[], text: string): Record<string, unknown> {
  const holder = isObject(value) ? value : {};
  if (!step) return { ...holder };
  const [inner] = memberOf(holder, step.member);
  return { ...holder, [step.member]: rest.length === 0 ? text : withText(inner, rest, text) };
}

function follow(value: unknown, step: Step): unknown[] {
  if ('member' in step) return memberOf(value, step.member);
  if ('figures' in step && !Array.isArray(value)) return memberOf(value, step.figures);
  if (!Array.isArray(value)) return [];
  const elements = value as unknown[];
  if ('figures' in step) return elements.slice(Number(step.figures)).slice(0, 1);
  return elements.filter((element) => memberOf(element, step.where).includes(step.equals));
}

function nameIn(step: Step): string {
  if ('member' in step) return step.member;
  return 'where' in step ? step.where : '';
}

const isMemberPath = (path: JsonPath): path is MemberPath => path.steps.every((step) => 'member' in step);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in brackets may hold dots. */
const splitOutsideBrackets = (text: string): string[] => text.split(/\.(?![^[\]]*\])/);
