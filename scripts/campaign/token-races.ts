import { httpRegistrationClient } from '../../test/campaign/http-registration-client.js';
import { runTokenRace } from '../../test/campaign/token-race.js';
import { factsOf, seedApprovedCase } from '../../test/support/approved-case.js';
import type { Campaign } from './campaign.js';
import { startTwoProcesses } from './two-processes.js';

const TOKENS_PER_PART = 10;

/** Each token presented by many finishers at once over two API processes (T11). */
function tokenRace(finishers: number): Campaign {
  return {
    help: `200 tokens × ${finishers} parallel finishers over two API processes: exactly one passkey each`,
    defaultUnits: 200,
    unit: 'tokens',
    async *run({ units, done }) {
      const rig = await startTwoProcesses();
      try {
        for (let at = done; at < units; at += TOKENS_PER_PART) {
          const report = await runTokenRace({
            tokens: Math.min(TOKENS_PER_PART, units - at),
            finishers,
            origin: rig.origin,
            client: httpRegistrationClient(rig.baseUrls, rig.origin),
            seed: () => seedApprovedCase(rig.database, rig.ring),
            facts: (caseId) => factsOf(rig.database, caseId),
          });
          yield { units: report.tokens, faults: report.faults, figures: { elapsedMs: report.elapsedMs } };
        }
      } finally {
        await rig.stop();
      }
    },
  };
}

export const tokenRace16 = tokenRace(16);
export const tokenRace64 = tokenRace(64);
