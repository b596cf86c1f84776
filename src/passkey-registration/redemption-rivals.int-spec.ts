import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RIVALS, runRivalRace, type Rival } from '../../test/campaign/rival-race.js';
import { factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  serviceRegistrationClient,
  TEST_ORIGIN,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { browserOf, buildRecoveryTokens } from '../../test/support/recovery-token-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { isTerminal } from '../recovery-case/case-states.js';

const ring = new KeyRing(KeyRing.generate());
const ROUNDS = 60;
/** Head starts spread over the time a redemption takes, so that both orders happen. */
const HEAD_STARTS_MS = [0, 2, 4, 6, 9, 12, 16, 20];
/** Lives of the cases that are to run out: options take a few milliseconds, a redemption a few more. */
const SHORT_LIVES_MS = [15, 25, 35, 45, 60, 80, 110, 150];
let db: TestDatabase;
let other: Database;
let stages: [PasskeyStage, PasskeyStage];

beforeAll(async () => {
  db = await openTestDatabase();
  other = await Database.connect({ url: db.appUrl, poolSize: 10, statementTimeoutMs: 15_000, ring: db.database.ring });
  stages = [buildPasskeyStage(db.database, ring), buildPasskeyStage(other, ring)];
});
afterAll(async () => {
  await other?.close();
  await db?.close();
});

async function expireOnceDue(holder: ApprovedCase): Promise<boolean> {
  for (;;) {
    const expired = await other.transaction((tx) =>
      stages[1].cases.transition(tx, { caseId: holder.caseId, name: 'expire', actor: SYSTEM, reason: 'time_ran_out' }),
    );
    if (expired) return true;
    const { state } = await factsOf(other, holder.caseId);
    if (isTerminal(state)) return false;
  }
}

const carryOut: Record<Rival, (holder: ApprovedCase) => Promise<boolean>> = {
  cancel: async (holder) => {
    const actor = { kind: 'person', id: 'agent' } as const;
    const cancelled = await other.transaction((tx) =>
      stages[1].cases.transition(tx, { caseId: holder.caseId, name: 'cancel', actor, reason: 'stopped_by_help_desk' }),
    );
    return cancelled !== undefined;
  },
  expire: expireOnceDue,
  reissue: async (holder) => {
    const tokens = buildRecoveryTokens(other, ring);
    const { status } = await answerOf(
      tokens.issue({ caseId: holder.caseId, request: browserOf(holder.captureSecret) }),
    );
    return status === 201;
  },
};

describe('redemption against cancel, expiry and re-issue', () => {
  it(`has one outcome in each of ${ROUNDS} rounds, and either side is first at times`, async () => {
    const starts = new Map<Rival, number>();
    const turnOf = (rival: Rival): number => {
      const turn = starts.get(rival) ?? 0;
      starts.set(rival, turn + 1);
      return turn;
    };
    let headStart = 0;
    const report = await runRivalRace({
      rounds: ROUNDS,
      origin: TEST_ORIGIN,
      client: serviceRegistrationClient(stages),
      seed: (rival) =>
        seedApprovedCase(
          db.database,
          ring,
          rival === 'expire' ? { caseLifeMs: SHORT_LIVES_MS[turnOf(rival) % SHORT_LIVES_MS.length] } : {},
        ),
      carryOut: (rival, holder) => carryOut[rival](holder),
      facts: (caseId) => factsOf(db.database, caseId),
      headStartMs: () => HEAD_STARTS_MS[Math.floor(headStart++ / RIVALS.length) % HEAD_STARTS_MS.length] ?? 0,
    });
    expect(report.faults).toEqual([]);
    const first = (side: Record<Rival, number>) => Object.values(side).reduce((sum, count) => sum + count, 0);
    expect(first(report.redeemedFirst)).toBeGreaterThan(0);
    expect(first(report.rivalFirst)).toBeGreaterThan(0);
    expect(first(report.redeemedFirst) + first(report.rivalFirst)).toBe(ROUNDS);
  });
});
