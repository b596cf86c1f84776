import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokenCaseInvariants } from '../../test/model/case-invariants.js';
import { walkCases } from '../../test/model/case-walk.js';
import { addPolicy, buildCore } from '../../test/model/core-stage.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import type { Campaign } from './campaign.js';

const STEPS_PER_PART = 10_000;

/** Cases driven through the product and through a hand-written model, compared after every step (T53). */
export const modelWalk: Campaign = {
  help: '200,000 steps of cases against a hand-written model; invariants by SQL after each 10,000',
  defaultUnits: 200_000,
  unit: 'steps',
  async *run({ units, done, seed }) {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    await migrate(postgres.ownerUrl);
    const database = await Database.connect({
      url: postgres.appUrl,
      poolSize: 6,
      statementTimeoutMs: 15_000,
      ring: new KeyRing(KeyRing.generate()),
    });
    try {
      const core = buildCore(database);
      const policy = await addPolicy(core);
      for (let at = done; at < units; at += STEPS_PER_PART) {
        const steps = Math.min(STEPS_PER_PART, units - at);
        const report = await walkCases({ core, policy, steps, seed: seed + at });
        const faults = [...report.disagreements, ...(await brokenCaseInvariants(database, core.ring))];
        yield { units: steps, faults, figures: { ...report.taken, refused: report.refused } };
      }
    } finally {
      await database.close();
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
