import type { ApprovedCase, CaseFacts } from '../support/approved-case.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import type { RegistrationClient } from './token-race.js';

/** What a redemption can meet on its way. */
export const RIVALS = ['cancel', 'expire', 'reissue'] as const;
export type Rival = (typeof RIVALS)[number];

export interface RivalRace {
  /** Rounds over all rivals, in turn. */
  rounds: number;
  origin: string;
  client: RegistrationClient;
  /** A case of its own for one round; for `expire`, one that runs out while the round is under way. */
  seed(rival: Rival): Promise<ApprovedCase>;
  /** Carries the rival out and tells whether it took effect. For `expire`: keeps trying until the case is closed. */
  carryOut(rival: Rival, holder: ApprovedCase): Promise<boolean>;
  facts(caseId: string): Promise<CaseFacts>;
  /** Milliseconds the rival waits before it starts, so that either side comes first at times. */
  headStartMs(): number;
}

export interface RivalRaceReport {
  rounds: number;
  /** How often the redemption was first, per rival. Both sides must win at times or the race shows nothing. */
  redeemedFirst: Record<Rival, number>;
  rivalFirst: Record<Rival, number>;
  faults: string[];
}

const CLOSED_BY = { cancel: 'cancelled', expire: 'expired', reissue: 'approved' } as const satisfies Record<
  Rival,
  CaseFacts['state']
>;

/** Redemption against cancel, expiry and re-issue (T12): each round must look as if one of the two had happened alone, first. */
export async function runRivalRace(race: RivalRace): Promise<RivalRaceReport> {
  const report: RivalRaceReport = {
    rounds: race.rounds,
    redeemedFirst: { cancel: 0, expire: 0, reissue: 0 },
    rivalFirst: { cancel: 0, expire: 0, reissue: 0 },
    faults: [],
  };
  for (let round = 0; round < race.rounds; round += 1) {
    const rival = RIVALS[round % RIVALS.length] ?? 'cancel';
    const outcome = await oneRound(race, rival);
    if (outcome === 'redeemed') report.redeemedFirst[rival] += 1;
    else if (outcome === 'rival') report.rivalFirst[rival] += 1;
    else report.faults.push(`round ${round + 1}, ${rival}: ${outcome.fault}`);
  }
  return report;
}

async function oneRound(race: RivalRace, rival: Rival): Promise<'redeemed' | 'rival' | { fault: string }> {
  const holder = await race.seed(rival);
  // A case that runs out so soon may be gone before its options are made; then the rival alone has happened.
  const options = await race.client.options(holder, 0).catch(() => undefined);
  const credential = options && new SoftwareAuthenticator({ origin: race.origin }).create(options);
  const [answer, rivalDone] = await Promise.all([
    credential
      ? race.client.register(holder, { credential, finisher: 0 })
      : { status: 410, code: 'token_not_redeemable' },
    new Promise((resolve) => setTimeout(resolve, race.headStartMs())).then(() => race.carryOut(rival, holder)),
  ]);
  const facts = await race.facts(holder.caseId);
  const redeemed = answer.status === 201;
  const told = redeemed || (answer.status === 410 && answer.code === 'token_not_redeemable');
  const asRedeemed =
    redeemed && !rivalDone && facts.state === 'completed' && facts.credentials === 1 && facts.consumedTokens === 1;
  const asRival =
    !redeemed &&
    rivalDone &&
    facts.state === CLOSED_BY[rival] &&
    facts.credentials === 0 &&
    facts.consumedTokens === 0 &&
    facts.spentChallenges === 0;
  if (told && asRedeemed) return 'redeemed';
  if (told && asRival) return 'rival';
  return {
    fault: `answer ${answer.status} ${answer.code ?? ''}, rival ${String(rivalDone)}, ${JSON.stringify(facts)}`,
  };
}
