import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { appendAudit } from './append.js';
import { listAuditEvents } from './audit-event-list.js';
import type { Actor, AuditEventType } from './audit-event-types.js';
import type { AuditEvent } from './audit-event-view.js';
import type { AuditFilter } from './audit-filter.js';
import { exportRows } from './export.js';

const [RITA, ROLF]: Actor[] = [
  { kind: 'person', id: 'rita@example.org' },
  { kind: 'person', id: 'rolf' },
];
const SAME_NAME: Actor = { kind: 'api_key', id: 'rolf' };
const HOUR_MS = 3_600_000;

let test: TestDatabase;
let written: AuditEvent[];

beforeAll(async () => {
  test = await openTestDatabase();
  const write = (chainId: string, type: AuditEventType, actor: Actor | undefined): Promise<void> =>
    test.database.transaction((tx) =>
      appendAudit(tx, { chainId, type, actor: actor ?? SAME_NAME, data: { x: '=|\\' } }),
    );
  for (let round = 0; round < 6; round += 1) {
    await write('rc_one', 'case.opened', RITA);
    await write('rc_two', 'review.voted', round % 2 === 0 ? ROLF : SAME_NAME);
    await write('rc_two', 'case.approved', RITA);
  }
  written = (await test.database.read((tx) => listAuditEvents(tx, { limit: 100 }))).data;
});
afterAll(() => test.close());

/** Every page, one after the other, and how many rows each showed. */
async function pages(filter: AuditFilter & { limit?: number }, rowsOfAPage?: number) {
  const sizes: number[] = [];
  const found: AuditEvent[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { limit: 100, ...filter, ...(cursor === undefined ? {} : { cursor }) };
    const page = await test.database.read((tx) => listAuditEvents(tx, query, rowsOfAPage));
    sizes.push(page.data.length);
    found.push(...page.data);
    cursor = page.next;
  }
  return { sizes, found };
}
/** What is in an export, newest first like the list. */
async function exported(filter: AuditFilter): Promise<string[]> {
  let text = '';
  for await (const part of exportRows(test.database, 'jsonl', filter)) text += String(part);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => (JSON.parse(line) as { id: string }).id)
    .sort()
    .reverse();
}
const idsOf = (events: readonly AuditEvent[]): string[] => events.map(({ id }) => id);

describe('a search of the audit trail', () => {
  const wanted = (test: (event: AuditEvent) => boolean): string[] => idsOf(written.filter(test));
  const votedByRolf = (): AuditEvent => {
    const event = written.find(({ actor }) => actor.kind === 'person' && actor.id === 'rolf');
    if (!event) throw new Error('nobody voted');
    return event;
  };

  it.each([
    ['nothing', () => ({}), () => true],
    ['its chain', () => ({ chainId: 'rc_two' }), ({ chainId }) => chainId === 'rc_two'],
    ['its type', () => ({ type: 'case.opened' }), ({ type }) => type === 'case.opened'],
    [
      'who did it, by another thing they did: a key of that name is somebody else',
      () => ({ actorOf: votedByRolf().id }),
      ({ actor }) => actor.kind === 'person' && actor.id === 'rolf',
    ],
    [
      'all of these',
      () => ({ chainId: 'rc_two', type: 'review.voted', actorOf: votedByRolf().id }),
      ({ type, actor }) => type === 'review.voted' && actor.kind === 'person',
    ],
    ['an event that is not there', () => ({ actorOf: 'evt_0' }), () => false],
    ['a chain that is not there', () => ({ chainId: 'rc_three' }), () => false],
  ] as [string, () => AuditFilter, (event: AuditEvent) => boolean][])(
    'finds by %s what an export holds, too',
    async (_what, filter, test) => {
      const { found } = await pages(filter());
      expect([idsOf(found), await exported(filter())]).toEqual([wanted(test), wanted(test)]);
    },
  );

  it('finds from a moment on, that one with it, and before one, that one without', async () => {
    const at = written[7]?.occurredAt ?? '';
    const [since, until] = [{ since: at }, { until: at }];
    for (const [filter, test] of [
      [since, (event: AuditEvent) => event.occurredAt >= at],
      [until, (event: AuditEvent) => event.occurredAt < at],
      [{ since: new Date(Date.now() + HOUR_MS).toISOString() }, () => false],
      [{ until: '1970-01-01T00:00:00Z' }, () => false],
    ] as const) {
      const { found } = await pages(filter);
      expect([idsOf(found), await exported(filter)]).toEqual([wanted(test), wanted(test)]);
    }
  });

  it('shows each event once, in pages of any size', async () => {
    for (const limit of [1, 4, 18]) {
      const { found } = await pages({ limit, type: 'review.voted' });
      expect(idsOf(found)).toEqual(wanted(({ type }) => type === 'review.voted'));
    }
  });

  it('looks through so many rows for a page and no more, and goes on from there: a rare event costs no page the whole trail', async () => {
    const { sizes, found } = await pages({ type: 'review.voted', actorOf: votedByRolf().id }, 4);
    expect(sizes.length).toBeGreaterThanOrEqual(Math.floor(written.length / 4));
    expect(sizes).toContain(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    expect(idsOf(found)).toEqual(wanted(({ type, actor }) => type === 'review.voted' && actor.kind === 'person'));
  });
});
