import fc from 'fast-check';
import type { Schema } from './operations.js';

/** What somebody sends to see what happens: instead of a value, at any place. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  'undefined',
  'null',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\ufeff',
  "' OR 1=1 --",
  '${7*7}{{7*7}}',
  '../../etc/passwd',
  '%00%2e%2e',
  '=cmd()',
  'x'.repeat(10_000),
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  [],
  [null],
  [[[]]],
  {},
  { $ne: 1 },
  { $gt: '' },
  { toString: 'x' },
  { constructor: { prototype: { polluted: true } } },
  { length: 1e9 },
];

/** Bodies that are not what JSON in UTF-8 looks like. */
export const ODD_BODIES: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  '1',
  '"text"',
  '[]',
  '[{}]',
  '{',
  '{]',
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  '\ufeff{}',
  '{}{}',
  'login=ana',
  '<a/>',
  `${'['.repeat(5_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `{"a":"${'x'.repeat(300_000)}"}`,
];

const FORMATS: Record<string, fc.Arbitrary<string>> = {
  'date-time': fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString()),
  date: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  email: fc.emailAddress(),
  uri: fc.webUrl(),
};

/** Values that a schema allows. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(valid));
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map(valid)).map((parts) => Object.assign({}, ...(parts as object[])) as unknown);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'object') return validObject(schema);
  if (schema.type === 'array')
    return fc.array(valid(schema.items ?? {}), {
      minLength: schema.minItems ?? 0,
      maxLength: (schema.minItems ?? 0) + 2,
    });
  if (schema.type === 'integer')
    return fc.integer({ min: Math.max(schema.minimum ?? 0, -1e9), max: Math.min(schema.maximum ?? 1e6, 1e9) });
  if (schema.type === 'number') return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'string') return validString(schema);
  return fc.jsonValue({ maxDepth: 2 });
}

function validObject(schema: Schema): fc.Arbitrary<unknown> {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, member]) => [name, valid(member)]),
  );
  return fc.record(properties, { requiredKeys: schema.required ?? [] });
}

function validString(schema: Schema): fc.Arbitrary<string> {
  const known = FORMATS[schema.format ?? ''];
  if (known) return known;
  const text = fc.string({
    unit: 'grapheme',
    minLength: schema.minLength ?? 0,
    maxLength: Math.min(schema.maxLength ?? 40, (schema.minLength ?? 0) + 40),
  });
  if (!schema.pattern) return text;
  const pattern = new RegExp(schema.pattern, schema.pattern.includes('\\p{') ? 'u' : '');
  // Text that leaves out a few characters: some of their classes, e.g. \p{Cs}, have none to choose from.
  if (schema.pattern.startsWith('^[^\\p{')) return text.filter((each) => pattern.test(each));
  return fc.stringMatching(pattern).map((each) => each.slice(0, schema.maxLength ?? 200));
}

type Container = Record<string, unknown> | unknown[];

/** Every object and list in a value, itself included. */
function containers(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containers)];
}

/** A valid value in which one member, anywhere, was replaced by something odd or taken away. */
export function spoiled(schema: Schema): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid(schema), fc.nat(), fc.nat(), fc.constantFrom(...ODD_VALUES, undefined))
    .map(([value, where, which, odd]) => {
      const places = containers(value).flatMap((container) =>
        Object.keys(container).map((name) => ({ container, name })),
      );
      const place = places[where % Math.max(1, places.length)];
      if (!place) return odd ?? null;
      (place.container as Record<string, unknown>)[place.name] = which % 7 === 0 ? [odd, odd] : odd;
      return value;
    });
}

const UNKNOWN_MEMBERS = [
  'state',
  'status',
  'verifiedAt',
  'subjectId',
  'tenantId',
  'openedBy',
  'version',
  'isAdmin',
  'toString',
  '$where',
  'constructor',
  'Login',
  'login ',
];

/** A valid value with one member too many, in an object that says which members it has (T52). */
export function withUnknownMember(schema: Schema): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid(schema), fc.constantFrom(...UNKNOWN_MEMBERS), fc.constantFrom<unknown>('x', null, true, {}))
    .map(([value, name, extra]) => {
      const known = Object.keys(schema.properties ?? {});
      if (!known.includes(name) && typeof value === 'object' && value !== null)
        Object.defineProperty(value, name, { value: extra, enumerable: true, configurable: true });
      else Object.assign(value as object, { unknownMember: extra });
      return value;
    });
}

/** Path segments that name nothing. Dots alone would change the path before it is sent. */
export const ODD_SEGMENTS: readonly string[] = [
  'x',
  '0',
  'rc_',
  'rc_00000000000000000000000000',
  'sub_00000000000000000000000000x',
  'undefined',
  'null',
  '[object Object]',
  "' OR '1'='1",
  '%',
  '%00',
  'a\u0000b',
  '\ud83d\ude00',
  '..%2f..%2fetc',
  '__proto__',
  'constructor',
  '$ne',
  'a/b',
  'a?b#c',
  'x'.repeat(299),
  'x'.repeat(2_000),
];
