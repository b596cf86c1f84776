import { httpRegistrationClient } from '../../test/campaign/http-registration-client.js';
import { RIVALS, runRivalRace, type Rival, type RivalRaceReport } from '../../test/campaign/rival-race.js';
import { SeededRandom } from '../harness/seeded-random.js';
import { factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { answerOf } from '../../test/support/passkey-stage.js';
import { browserOf, buildRecoveryTokens } from '../../test/support/recovery-token-stage.js';
import { SYSTEM, type Actor } from '../../src/audit-trail/audit-event-types.js';
import { isTerminal } from '../../src/recovery-case/case-states.js';
import { caseRepository } from '../../test/support/case-repository.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';
import { startTwoProcesses, type TwoProcesses } from './two-processes.js';

const ROUNDS_PER_PART = 30;
/** About as long as options, redemption and rival take over HTTP, so that either side is first at times. */
const LONGEST_HEAD_START_MS = 10;
const SHORT_LIFE_MS = { least: 5, spread: 45 };
const AGENT: Actor = { kind: 'person', id: 'agent' };

/** Redemption over HTTP against cancel, expiry and re-issue by another process (T12). */
export const redeemRaces: Campaign = {
  help: '500 rounds of redemption against cancel, expiry and re-issue: one linearisable outcome each',
  defaultUnits: 500,
  unit: 'rounds',
  async *run({ units, done, seed }) {
    const rig = await startTwoProcesses();
    try {
      for (let at = done; at < units; at += ROUNDS_PER_PART) {
        const rounds = Math.min(ROUNDS_PER_PART, units - at);
        yield partOf(await race(rig, { rounds, random: new SeededRandom(seed + at) }));
      }
    } finally {
      await rig.stop();
    }
  },
  judge: (parts) =>
    RIVALS.flatMap((rival) =>
      [`${rival} first`, `redeemed before ${rival}`]
        .filter((figure) => total(parts, figure) === 0)
        .map((figure) => `never happened: ${figure}`),
    ),
  summary: (parts) =>
    RIVALS.map(
      (rival) => `${rival}: ${total(parts, `redeemed before ${rival}`)} / ${total(parts, `${rival} first`)}`,
    ).join(', '),
};

async function race(rig: TwoProcesses, given: { rounds: number; random: SeededRandom }): Promise<RivalRaceReport> {
  const { database, ring, origin, baseUrls } = rig;
  const { rounds, random } = given;
  const life = (): number => SHORT_LIFE_MS.least + random.below(SHORT_LIFE_MS.spread);
  return runRivalRace({
    rounds,
    origin,
    client: httpRegistrationClient(baseUrls, origin),
    seed: (rival) => seedApprovedCase(database, ring, rival === 'expire' ? { caseLifeMs: life() } : {}),
    carryOut: carryOutBy(rig),
    facts: (caseId) => factsOf(database, caseId),
    headStartMs: () => random.below(LONGEST_HEAD_START_MS),
  });
}

function carryOutBy({ database, ring }: TwoProcesses): (rival: Rival, holder: ApprovedCase) => Promise<boolean> {
  const cases = caseRepository();
  const tokens = buildRecoveryTokens(database, ring);
  const end = async (caseId: string, name: 'cancel' | 'expire'): Promise<boolean> => {
    const reason = name === 'cancel' ? 'stopped_by_help_desk' : 'time_ran_out';
    const actor = name === 'cancel' ? AGENT : SYSTEM;
    return database.transaction(
      async (tx) => (await cases.transition(tx, { caseId, name, actor, reason })) !== undefined,
    );
  };
  return async (rival, { caseId, captureSecret }) => {
    if (rival === 'cancel') return end(caseId, 'cancel');
    if (rival === 'reissue')
      return (await answerOf(tokens.issue({ caseId, request: browserOf(captureSecret) }))).status === 201;
    while (!isTerminal((await factsOf(database, caseId)).state)) if (await end(caseId, 'expire')) return true;
    return false;
  };
}

function partOf(report: RivalRaceReport): Part {
  const figures = Object.fromEntries(
    RIVALS.flatMap((rival) => [
      [`${rival} first`, report.rivalFirst[rival]],
      [`redeemed before ${rival}`, report.redeemedFirst[rival]],
    ]),
  );
  return { units: report.rounds, faults: report.faults, figures };
}

function total(parts: readonly Part[], figure: string): number {
  return parts.reduce((sum, part) => sum + Number(part.figures?.[figure] ?? 0), 0);
}
