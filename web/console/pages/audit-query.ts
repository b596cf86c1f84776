import { z } from 'zod';
import { AUDIT_EVENT_TYPES } from '../../../src/audit-trail/audit-event-types.js';
import { AuditFilter } from '../../../src/audit-trail/audit-filter.js';
import { CursorTo } from '../../../src/platform/http/lists.js';
import { AUDIT_FIELDS, type AuditField, type AuditFields } from '../templates/index.js';
import { filledIn } from './list-query.js';

const DAY_MS = 86_400_000;

/** A day as people write it, in UTC: whether it is one is asked of the calendar, too. */
const Day = z.iso
  .date()
  .refine((text) => text >= '1970' && text < '9999-12-31', 'a day from 1970 on, with one after it');

const PLACE = CursorTo('audit-events');

/** What each field of the page may hold: opaque ids, codes and days. */
const FIELDS: Readonly<Record<AuditField, z.ZodType<string | undefined>>> = {
  chain: AuditFilter.shape.chainId,
  type: z.enum(AUDIT_EVENT_TYPES),
  from: Day,
  to: Day,
  actorOf: AuditFilter.shape.actorOf,
  cursor: PLACE,
};

export interface AskedOfTrail {
  /** As they came, for the form and its links. */
  fields: AuditFields;
  filter: AuditFilter;
  /** The place in the trail that the page begins behind. */
  place?: string;
  wrong: readonly AuditField[];
}

/** What an address of the page asks for. What is no field is left alone. */
export function askedOf(query: Record<string, unknown>): AskedOfTrail {
  const fields: AuditFields = filledIn(query, AUDIT_FIELDS);
  const wrong = AUDIT_FIELDS.filter(
    (name) => fields[name] !== undefined && !FIELDS[name].safeParse(fields[name]).success,
  );
  const { chain: chainId, type, from, to, actorOf, cursor } = wrong.length > 0 ? {} : fields;
  const filter: AuditFilter = {
    ...(chainId === undefined ? {} : { chainId }),
    ...(type === undefined ? {} : { type }),
    ...(actorOf === undefined ? {} : { actorOf }),
    ...(from === undefined ? {} : { since: `${from}T00:00:00Z` }),
    ...(to === undefined ? {} : { until: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
  return { fields, filter, wrong, ...(cursor === undefined ? {} : { place: PLACE.parse(cursor) }) };
}
