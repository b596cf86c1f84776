import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RIVALS, runRivalRace, type Rival } from '../../test/campaign/rival-race.js';
import { factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  serviceRegistrationClient,
  TEST_ORIGIN,
  TEST_SOURCE,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { browserOf, buildRecoveryTokens } from '../../test/support/recovery-token-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { isTerminal } from '../recovery-case/case-states.js';
import { AssertionCredential } from './webauthn.schemas.js';

const ring = new KeyRing(KeyRing.generate());
const subjects = new Subjects(ring);
const ROUNDS = 60;
const DISABLED_ROUNDS = 16;
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

describe('an account that is disabled against sign-in and redemption', () => {
  async function set(subjectId: string, status: Subject['status']): Promise<void> {
    await other.transaction(async (tx) => {
      const subject = await subjects.find(tx, subjectId);
      if (!subject) throw new Error('the account is gone');
      const { groups, markedPrivileged: privileged, profile } = subject;
      await subjects.put(tx, { id: subjectId, input: { profile: profile.reveal(), groups, privileged, status } });
    });
  }

  async function signIn(authenticator: SoftwareAuthenticator): Promise<string> {
    const assertion = authenticator.get(await stages[0].signIn.options(TEST_SOURCE));
    return (await stages[0].signIn.finish(AssertionCredential.parse(assertion))).secret;
  }

  it(`T60 leaves no session and no passkey behind it, in ${DISABLED_ROUNDS} rounds, and either side is first at times`, async () => {
    const first = { person: 0, change: 0 };
    for (let round = 0; round < DISABLED_ROUNDS; round += 1) {
      const before = await seedApprovedCase(db.database, ring);
      const { subjectId } = before;
      const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
      await registerPasskey(stages[0], before, { credential: await makePasskey(stages[0], before, { authenticator }) });
      const holder = await seedApprovedCase(db.database, ring, { subjectId });
      const credential = await makePasskey(stages[0], holder);
      let opened: string | undefined;
      const signsIn = round % 2 === 0;
      const [answer] = await Promise.all([
        signsIn
          ? answerOf(signIn(authenticator).then((secret) => (opened = secret)))
          : answerOf(registerPasskey(stages[0], holder, { credential })),
        pause(HEAD_STARTS_MS[round % HEAD_STARTS_MS.length]).then(() => set(subjectId, 'disabled')),
      ]);
      await set(subjectId, 'active');
      first[answer.status === 201 ? 'person' : 'change'] += 1;
      expect([201, signsIn ? 401 : 410]).toContain(answer.status);
      expect(await answerOf(stages[0].signIn.current(opened))).toMatchObject({ status: 401 });
      const { state, credentials } = await factsOf(db.database, holder.caseId);
      const redeemed = !signsIn && answer.status === 201;
      expect([state, credentials]).toEqual(redeemed ? ['completed', 1] : ['approved', 0]);
    }
    expect(first.person).toBeGreaterThan(0);
    expect(first.change).toBeGreaterThan(0);
  });
});
