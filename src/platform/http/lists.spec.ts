import { describe, expect, it } from '@jest/globals';
import { newId } from '../ids/ids.js';
import {
  answeredPage,
  answeredPageOf,
  cursorOf,
  cutPage,
  pageQuery,
  placeInListOf,
  type ListName,
  type PageRead,
} from './lists.js';
import { ZodPipe } from './valid-input.js';

const CASES = new ZodPipe(pageQuery('cases'));
const ID = newId('rc', new Date());

/** What a query is refused with. */
function refusalOf(ask: () => unknown): unknown {
  try {
    ask();
  } catch (error) {
    return error;
  }
  return 'taken';
}

const NO_CURSOR = { code: 'invalid_request', options: { errors: [{ pointer: '/cursor', code: 'custom' }] } };

describe('the page of a list', () => {
  it('has twenty entries, and a hundred at most, unless its list says otherwise', () => {
    expect(CASES.transform({})).toEqual({ limit: 20 });
    expect(CASES.transform({ limit: '100' })).toEqual({ limit: 100 });
    expect(refusalOf(() => CASES.transform({ limit: '101' }))).not.toBe('taken');
    const long = new ZodPipe(pageQuery('timeline', { most: 500, usual: 100 }));
    expect([long.transform({}), long.transform({ limit: '500' })]).toEqual([{ limit: 100 }, { limit: 500 }]);
  });

  it('ends behind its last row where another row is, and nowhere else', () => {
    const rows = [{ id: 'c' }, { id: 'b' }, { id: 'a' }];
    expect(cutPage(rows, { limit: 2 })).toEqual({ data: rows.slice(0, 2), next: 'b' });
    expect(cutPage(rows, { limit: 3 })).toEqual({ data: rows, next: null });
  });

  it('goes on at the place that it was answered with', () => {
    const { nextCursor } = answeredPage('cases', { data: [], next: ID });
    expect(CASES.transform({ cursor: nextCursor })).toEqual({ limit: 20, cursor: ID });
    expect(answeredPage('cases', { data: [], next: null })).toEqual({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  const ours = cursorOf('cases', ID);
  const encoded = (text: string): string => `.${Buffer.from(text).toString('base64url')}`;

  it.each([
    ['nothing', ''],
    ['a word', 'abc'],
    ['an id', ID],
    ['one that was cut', ours.slice(0, -1)],
    ['one with more', `${ours}A`],
    ['another spelling', `${ours}=`],
    ['another spelling', ` ${ours}`],
    ['one without its mark', ours.slice(1)],
    ['one with another mark', `_${ours.slice(1)}`],
    ['base64 of nothing known', encoded('things:1')],
    ['a list without a place', encoded('cases:')],
    ['a place with NUL', encoded('cases:rc_\u0000')],
    ['bytes that are no text', `.${Buffer.from([255, 254, 0]).toString('base64url')}`],
    ['a thousand characters', 'A'.repeat(1_000)],
  ])('is not %s (%#)', (_what, cursor) => {
    expect(refusalOf(() => CASES.transform({ cursor }))).toMatchObject({ code: 'invalid_request' });
  });

  it('is refused by builds that take an id for one, and so does not end a list that is read during a roll-out', () => {
    expect(ours).not.toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(cursorOf('timeline', `${ID}.7`)).not.toMatch(/^\d{1,12}$/);
  });

  it.each<ListName>(['reviews', 'authorizations', 'policies', 'audit-events', 'providers', 'subjects'])(
    'of %s is none of cases, though its place is an id',
    (list) => {
      const other = cursorOf(list, ID);
      expect(new ZodPipe(pageQuery(list)).transform({ cursor: other })).toMatchObject({ cursor: ID });
      expect(refusalOf(() => CASES.transform({ cursor: other }))).toMatchObject(NO_CURSOR);
    },
  );

  it('in the list of one thing is none in that of another', () => {
    const page: PageRead<never> = { data: [], next: '12' };
    const { nextCursor } = answeredPageOf('timeline', ID, page);
    const { cursor } = new ZodPipe(pageQuery('timeline')).transform({ cursor: nextCursor });
    expect(placeInListOf(ID, cursor)).toBe('12');
    expect(placeInListOf(ID, undefined)).toBeUndefined();
    expect(refusalOf(() => placeInListOf(newId('rc', new Date()), cursor))).toMatchObject(NO_CURSOR);
    expect(answeredPageOf('timeline', ID, { data: [], next: null }).nextCursor).toBeNull();
  });

  it('of a timeline has a number, which the database takes', () => {
    const query = new ZodPipe(pageQuery('timeline'));
    for (const place of [ID, `${ID}.`, `${ID}.x`, `${ID}.${'9'.repeat(13)}`])
      expect(refusalOf(() => query.transform({ cursor: cursorOf('timeline', place) }))).toMatchObject(NO_CURSOR);
  });
});
