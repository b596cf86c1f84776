import { z, type ZodType } from 'zod';
import { Problem } from '../errors/problem.js';
import { WholeNumber } from './valid-input.js';

/** A row's id, as a place in a list that is sorted by ids. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** The same in one of many lists of a kind, with the id of what that one belongs to before it. */
const ID_OF = /^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/;
const NUMBER_OF = /^[A-Za-z0-9_-]{1,64}\.\d{1,12}$/;

/** Every list that is read page by page, and what a place in it looks like. */
const LISTS = {
  'audit-events': ID,
  authorizations: ID,
  cases: ID,
  policies: ID,
  'policy-changes': ID,
  providers: ID,
  rehearsals: ID_OF,
  reviews: ID,
  subjects: ID,
  timeline: NUMBER_OF,
} as const satisfies Record<string, RegExp>;
export type ListName = keyof typeof LISTS;

/**
 * What a cursor begins with. Builds whose cursors were plain ids take no dot in one: during a roll-out they refuse these, and
 * do not read them as an id that is behind the last row.
 */
const MARK = '.';

/** A list of its own for each thing that has one: a place in it is told with that thing's id. */
type ListOfOne = 'rehearsals' | 'timeline';

const CURSOR = z.string().brand<'Cursor'>();
/** A place in one list, as a caller has it. */
export type Cursor = z.infer<typeof CURSOR>;

/** A page as it is read: the place that the next one begins behind. */
export interface PageRead<Row> {
  data: Row[];
  next: string | null;
}

/**
 * The cursor of a place: the list's name and the place, so that another list's cursor is told from its own. It is no
 * secret: it holds an id that was answered, or one of the same kind.
 */
export function cursorOf(list: ListName, place: string): Cursor;
export function cursorOf(list: ListName, place: string | null): Cursor | null;
export function cursorOf(list: ListName, place: string | null): Cursor | null {
  return place === null ? null : (`${MARK}${Buffer.from(`${list}:${place}`).toString('base64url')}` as Cursor);
}

/** The place that a cursor of this list means, whether there is a row or not; undefined for anything else. */
function placeOf(list: ListName, cursor: string): string | undefined {
  const text = Buffer.from(cursor.slice(MARK.length), 'base64url').toString('utf8');
  const place = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  // One spelling: decoders skip what is no base64url.
  return LISTS[list].test(place) && cursorOf(list, place) === cursor ? place : undefined;
}

const NOT_OURS = '`nextCursor` of a page of this list, unchanged';

/** `?cursor=` of a list, read as the place that it means. Taken for the end of a list, any other would hide all of it. */
export const CursorTo = (list: ListName) =>
  z
    .string()
    .max(200)
    .transform((cursor, context) => {
      const place = placeOf(list, cursor);
      if (place !== undefined) return place;
      context.addIssue({ code: 'custom', message: NOT_OURS });
      return z.NEVER;
    });

/** `?limit=` and `?cursor=` of a list. The place is the last id seen; ids sort by time. */
export const pageQuery = (
  list: ListName,
  { most, usual }: { most: number; usual: number } = { most: 100, usual: 20 },
) =>
  z.strictObject({
    limit: WholeNumber({ min: 1, max: most }).default(usual).describe('Entries of a page.'),
    cursor: CursorTo(list)
      .optional()
      .describe('`nextCursor` of the page before, unchanged; that of another list is refused.'),
  });

export type PageQuery = z.infer<ReturnType<typeof pageQuery>>;

/** One page out of at most one row more than it holds: where another row is, the next page begins behind its last. */
export function cutPage<Row extends { id: string }>(rows: readonly Row[], { limit }: { limit: number }): PageRead<Row> {
  const data = rows.slice(0, limit);
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** A page as it is answered. */
export const pageOf = <Schema extends ZodType>(item: Schema) =>
  z.object({ data: z.array(item), nextCursor: CURSOR.nullable() });

/** A page of a list as a caller gets it. */
export const answeredPage = <Row>(list: ListName, { data, next }: PageRead<Row>) => ({
  data,
  nextCursor: cursorOf(list, next),
});

/** The same of the list of one thing. */
export const answeredPageOf = <Row>(list: ListOfOne, owner: string, { data, next }: PageRead<Row>) =>
  answeredPage(list, { data, next: next === null ? null : `${owner}.${next}` });

/** The place in the list of one thing. @throws Problem invalid_request when it is one in the list of another */
export function placeInListOf(owner: string, place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  const [of, ...rest] = place.split('.');
  if (of === owner) return rest.join('.');
  throw new Problem('invalid_request', { errors: [{ pointer: '/cursor', code: 'custom', detail: NOT_OURS }] });
}
