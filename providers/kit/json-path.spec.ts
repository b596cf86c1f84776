import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonPath, memberOf, memberPath, parseJsonPath, valuesAt, withTextAt } from './json-path.js';

const DOCUMENT = {
  status: 'Completed',
  checks: [
    { type: 'face.compare', status: 'Passed', deep: { list: [1, [2]] } },
    { type: 'face.compare', status: 'Failed' },
    { type: 'liveness', status: 'Passed' },
    'text',
    null,
  ],
  nothing: null,
  remarks: { '940': { status: 'OK' }, '012345': 'long' },
  looks: [
    { type: 'liveness', result: 'Live', parts: [{ of: 'eye', open: true }] },
    { type: 'liveness', error: 'timeout' },
  ],
};
const at = (text: string) => {
  const path = parseJsonPath(text);
  if (!path) throw new Error(`${text} is no path`);
  return valuesAt(DOCUMENT, path);
};

describe('a path', () => {
  it.each([
    ['status', ['Completed']],
    ['checks[1].status', ['Failed']],
    ['checks[type=face.compare].status', ['Passed', 'Failed']],
    ['checks[type=liveness].status', ['Passed']],
    ['checks[type=face.compare].deep.list[1][0]', [2, undefined]],
    ['checks[type=liveness][0].status', [undefined]],
    ['looks[type=liveness].result', ['Live', undefined]],
    ['looks[type=liveness].parts[of=eye].open', [true, undefined]],
    ['looks[type=liveness].parts[of=ear].open', [undefined, undefined]],
    ['looks[type=other].result', []],
    ['remarks[940].status', ['OK']],
    ['remarks[012345]', ['long']],
    ['remarks[0940]', []],
    ['remarks[941].status', []],
    ['nothing[0]', []],
    ['nothing', [null]],
    ['nothing.more', []],
    ['checks[9].status', []],
    ['checks.length', []],
    ['checks[type=other].status', []],
    ['status[0]', []],
    ['status.length', []],
    ['absent', []],
    ['toString', []],
    ['hasOwnProperty.name', []],
  ])('%s finds %j', (text, expected) => {
    expect(at(text)).toStrictEqual(expected);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '$.a',
    'a[*]',
    'a[',
    'a]',
    'a[=x]',
    'a[x=]',
    '[0]',
    'a b',
    'a[x=y z]',
    'a[-1]',
    'a[0',
    '0',
    'a.0',
    'a.12[0]',
    '-a',
    '__proto__',
    'a.__proto__.b',
    'constructor',
    'a.constructor.prototype',
    'prototype',
    'a[__proto__=x]',
    'a[constructor=x]',
    'ä',
    'a\n',
  ])('%j is none', (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  });

  it('has at most twelve members of 64 characters each, and 500 in all', () => {
    const members = (count: number, length = 1) => Array.from({ length: count }, () => 'a'.repeat(length)).join('.');
    for (const text of [members(12), members(1, 64), `a${'[0]'.repeat(166)}`])
      expect(parseJsonPath(text)).toBeDefined();
    for (const text of [members(13), members(1, 65), `a${'[0]'.repeat(167)}`, members(10, 60)])
      expect(parseJsonPath(text)).toBeUndefined();
  });
});

describe('a setting', () => {
  it('that is no path is refused without being repeated', () => {
    for (const setting of [jsonPath, memberPath]) {
      const { error } = setting.safeParse('secret..secret');
      expect(error?.issues).toHaveLength(1);
      expect(JSON.stringify(error?.issues)).not.toContain('secret');
    }
  });

  it('that says where something goes has no brackets', () => {
    expect(memberPath.parse('a.b-c.2d').text).toBe('a.b-c.2d');
    for (const text of ['a[0]', 'a[type=x].b']) {
      expect(jsonPath.safeParse(text).success).toBe(true);
      expect(memberPath.safeParse(text).success).toBe(false);
    }
  });
});

describe('a text put at a path', () => {
  const put = (value: unknown, path: string) => withTextAt(value, memberPath.parse(path), 'x');

  it.each([
    [{}, 'a', { a: 'x' }],
    [{ b: 1 }, 'a.b', { b: 1, a: { b: 'x' } }],
    [{ a: { c: 2 } }, 'a.b', { a: { c: 2, b: 'x' } }],
    [{ a: 'text' }, 'a.b', { a: { b: 'x' } }],
    [{ a: [1] }, 'a.b', { a: { b: 'x' } }],
    [{}, 'toString.name', { toString: { name: 'x' } }],
  ])('of %j at %s makes %j, and leaves what was there', (value, path, expected) => {
    const before = JSON.stringify(value);
    expect(put(value, path)).toEqual(expected);
    expect(JSON.stringify(value)).toBe(before);
  });
});

describe('whatever is written or answered', () => {
  /** Names that a path may have, and such as mean something to JavaScript. */
  const name = fc.oneof(
    fc.constantFrom('a', 'b', 'type', 'length', 'toString', 'valueOf', '__proto__', 'constructor', 'prototype'),
    fc.stringMatching(/^[A-Za-z_]\w{0,5}$/),
  );
  const selector = fc.oneof(
    fc.constant(''),
    fc.nat(3).map((index) => `[${index}]`),
    name.map((one) => `[${one}=a]`),
  );
  const written = fc.array(fc.tuple(name, selector), { minLength: 1, maxLength: 14 });
  const pathText = written.map((segments) => segments.map((parts) => parts.join('')).join('.'));
  /** As it came over the wire: `__proto__` is a member of its own there. */
  const answer = fc.oneof(
    fc.json(),
    fc.dictionary(name, fc.jsonValue()).map((value) => JSON.stringify(value)),
  );

  it('is a path within its limits or none, and finds nothing but what was answered', () => {
    fc.assert(
      fc.property(fc.oneof(pathText, fc.string({ maxLength: 600 })), answer, (text, json) => {
        const path = parseJsonPath(text);
        if (!path) return;
        expect(text.length).toBeLessThanOrEqual(500);
        expect(path.steps.filter((step) => 'member' in step).length).toBeLessThanOrEqual(12);
        expect(JSON.stringify(path.steps)).not.toMatch(/"(__proto__|constructor|prototype)"/);
        for (const value of valuesAt(JSON.parse(json), path).filter((one) => one !== undefined))
          expect(json.replace(/\s/g, '')).toContain(JSON.stringify(value).replace(/\s/g, ''));
      }),
    );
  });

  it('is found again where it was put, and changes nothing else, above all no other object', () => {
    const members = fc.array(name, { minLength: 1, maxLength: 12 }).map((names) => names.join('.'));
    fc.assert(
      fc.property(members, answer, (text, json) => {
        const parsed = memberPath.safeParse(text);
        if (!parsed.success) return;
        const value: unknown = JSON.parse(json);
        const made = withTextAt(value, parsed.data, 'put');
        expect(valuesAt(made, parsed.data)).toEqual(['put']);
        expect(value).toEqual(JSON.parse(json));
        expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
        expect(memberOf({}, 'put')).toEqual([]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
