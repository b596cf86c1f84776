import { performance } from 'node:perf_hooks';
import { auditVerification } from './campaign/audit-verification.js';
import type { Campaign } from './campaign/campaign.js';
import { chaos } from './campaign/chaos.js';
import { failover } from './campaign/failover.js';
import { fuzzSoak } from './campaign/fuzz-soak.js';
import { growth } from './campaign/growth.js';
import { localCards } from './campaign/local-cards.js';
import { localForged } from './campaign/local-forged.js';
import { localRecaptures } from './campaign/local-recaptures.js';
import { localCheckTime } from './campaign/local-check-time.js';
import { localFaces } from './campaign/local-faces.js';
import { localPeers } from './campaign/local-peers.js';
import { localPictureFuzz } from './campaign/local-picture-fuzz.js';
import { localSoak } from './campaign/local-soak.js';
import { localSpeed } from './campaign/local-speed.js';
import { matchTable } from './campaign/match-table.js';
import { modelWalk } from './campaign/model-walk.js';
import { nameMatching } from './campaign/name-matching.js';
import { Progress } from './campaign/progress.js';
import { pushStorm } from './campaign/push-storm.js';
import { redeemRaces } from './campaign/redeem-races.js';
import { rehearsal } from './campaign/rehearsal.js';
import { rollingRestart } from './campaign/rolling-restart.js';
import { scaling } from './campaign/scaling.js';
import { selfieScan } from './campaign/selfie-scan.js';
import { startStop } from './campaign/start-stop.js';
import { startTiming } from './campaign/start-timing.js';
import { textParsers } from './campaign/text-parsers.js';
import { throughput } from './campaign/throughput.js';
import { tokenRace16, tokenRace64 } from './campaign/token-races.js';
import { developerOptions } from './developer-options.js';

/** `npm run campaign -- NAME [--seed N] [--units N] [--fresh]`: long proofs, too long for every change. */
const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  'audit-verification': auditVerification,
  'token-race': tokenRace16,
  'token-race-64': tokenRace64,
  'redeem-races': redeemRaces,
  'start-stop': startStop,
  'start-timing': startTiming,
  'model-walk': modelWalk,
  'fuzz-soak': fuzzSoak,
  'text-parsers': textParsers,
  chaos,
  failover,
  growth,
  'push-storm': pushStorm,
  'local-cards': localCards,
  'local-forged': localForged,
  'local-recaptures': localRecaptures,
  'local-check-time': localCheckTime,
  'local-faces': localFaces,
  'local-peers': localPeers,
  'local-picture-fuzz': localPictureFuzz,
  'local-soak': localSoak,
  'local-speed': localSpeed,
  rehearsal,
  'rolling-restart': rollingRestart,
  scaling,
  'selfie-scan': selfieScan,
  'match-table': matchTable,
  'name-matching': nameMatching,
  throughput,
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { positionals, values } = developerOptions(
  'npm run campaign -- [NAME] [--seed N] [--units N] [--fresh]; without a name, the list of them',
  {
    seed: { type: 'string', default: '1' },
    units: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
);
const [name = ''] = positionals;
const campaign = CAMPAIGNS[name];
if (campaign) {
  process.exitCode = await runCampaign(name, campaign);
} else {
  for (const [known, { help }] of Object.entries(CAMPAIGNS)) say(`${known.padEnd(18)} ${help}`);
  process.exitCode = name === '' ? 0 : 1;
}

/** Goes on where an earlier run stopped; 1 when anything was found. */
async function runCampaign(name: string, campaign: Campaign): Promise<number> {
  const seed = Number(values.seed);
  const units = Number(values.units ?? campaign.defaultUnits);
  if (![seed, units].every((given) => Number.isSafeInteger(given) && given > 0)) {
    say('--seed and --units take whole numbers above zero');
    return 1;
  }
  const progress = new Progress(name, { seed, fresh: values.fresh });
  const startedAt = performance.now();
  // Said before anything is done: a wrong number of units is quickly typed, and noticed hours later.
  say(`${name}: ${units} ${campaign.unit}, ${progress.units} of them done before`);
  for await (const part of campaign.run({ seed, units, done: progress.units })) {
    progress.add(part);
    say(`${name}: ${progress.units} of ${units} ${campaign.unit}, ${progress.faults.length} faults`);
  }
  const faults = [...progress.faults, ...(campaign.judge?.(progress.parts) ?? [])];
  for (const fault of faults.slice(0, 20)) say(`  ${fault}`);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const figures = campaign.summary?.(progress.parts);
  say(
    `${name}: ${faults.length === 0 ? 'ok' : 'FAILED'}, ${progress.units} ${campaign.unit}, seed ${seed}, ${seconds} s${figures ? `; ${figures}` : ''}`,
  );
  return faults.length === 0 ? 0 : 1;
}
