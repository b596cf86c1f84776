import { describe, expect, it } from '@jest/globals';
import { parseJsonPath, valuesAt } from './json-path.js';

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
    ['checks[type=face.compare].deep.list[1][0]', [2]],
    ['checks[type=liveness][0].status', []],
    ['nothing', [null]],
    ['nothing.more', []],
    ['checks[9].status', []],
    ['checks.length', []],
    ['checks[type=other].status', []],
    ['status[0]', []],
    ['status.length', []],
    ['absent', []],
    ['constructor', []],
    ['__proto__', []],
    ['toString', []],
  ])('%s finds %j', (text, expected) => {
    expect(at(text)).toEqual(expected);
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
  ])('%j is none', (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  });

  it('has at most twelve members', () => {
    expect(parseJsonPath(Array.from({ length: 12 }, () => 'a').join('.'))).toBeDefined();
    expect(parseJsonPath(Array.from({ length: 13 }, () => 'a').join('.'))).toBeUndefined();
  });
});
