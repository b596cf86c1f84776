import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { FINGERPRINT_BYTES, isSamePicture } from '../../providers/local/faces/picture-fingerprint.js';
import type { PictureFingerprints } from '../../providers/kit/index.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { newId } from '../../src/platform/ids/ids.js';
import { createVerificationWorld, type VerificationWorld } from '../../test/support/verification/verification-world.js';
import { openCase } from '../../test/support/verification/world-cases.js';
import type { Campaign } from './campaign.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';

const CODES_PER_PART = 25_000;
const CODES_PER_TRANSACTION = 1_000;
const SURVEYS = 3;
/** Processor time of ours, which a busy machine does not stretch as it does the clock's: eight seconds for 100,000. */
const MAX_CPU_MS_PER_CODE = 0.08;

const FINGERPRINTS: PictureFingerprints = { method: 'measured-1', of: async () => undefined, same: isSamePicture };

/** A selfie that is new, compared with those of as many other cases, each sealed under a key of its own (T72). */
export const selfieScan: Campaign = {
  help: 'one new selfie against the sealed fingerprints of 100,000 other cases: time, and how long the event loop waits',
  defaultUnits: 100_000,
  unit: 'fingerprints',
  async *run({ units, done }) {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    let database: Database | undefined;
    try {
      await migrate(postgres.ownerUrl);
      const ring = new KeyRing(KeyRing.generate());
      database = await Database.connect({ url: postgres.appUrl, poolSize: 4, statementTimeoutMs: 15_000, ring });
      const world = createVerificationWorld({ database, providers: [] });
      const { id: template } = await openCase(world, { providers: ['local'] });
      await fill(world, template, done);
      for (let at = done; at < units; at += CODES_PER_PART) {
        const codes = Math.min(CODES_PER_PART, units - at);
        await fill(world, template, codes);
        yield await measure(world, { template, codes, all: at + codes });
      }
    } finally {
      await database?.close();
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  summary: (parts) => {
    const { all = 0, scanMs = 0, cpuMs = 0, blockedMs = 0 } = (parts.at(-1)?.figures ?? {}) as Record<string, number>;
    return `${all} fingerprints: ${Math.round(scanMs)} ms, ${Math.round(cpuMs)} ms of them ours; the event loop waited ${Math.round(blockedMs)} ms at most`;
  },
};

async function fill(world: VerificationWorld, template: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += CODES_PER_TRANSACTION)
    await addClosedCases(world, template, Math.min(CODES_PER_TRANSACTION, count - made));
}

/** Closed cases within their retention time, each with a selfie of its own. */
async function addClosedCases({ database, platform, evidence }: VerificationWorld, template: string, count: number) {
  const ids = Array.from({ length: count }, () => newId('rc', platform.clock.now()));
  await database.transaction(async (tx) => {
    await tx.run`INSERT INTO recovery_cases (id, reference, subject_id, mode, state, closed_at, attempts_allowed, opened_by, opened_by_kind,
        channel, policy_id, policy_version, expires_at)
      SELECT made, made, subject_id, mode, 'denied', now(), attempts_allowed, opened_by, opened_by_kind, channel, policy_id, policy_version, expires_at
      FROM recovery_cases, unnest(${ids}::text[]) AS made WHERE id = ${template}`;
    const sealed: Buffer[] = [];
    for (const caseId of ids) {
      await platform.keys.create(tx, caseId);
      const address = { caseId, attempt: 1, kind: 'selfie', version: 1 } as const;
      const selfie = { caseId, code: randomBytes(FINGERPRINT_BYTES), fingerprints: FINGERPRINTS };
      sealed.push((await evidence.fingerprints.seal(tx, address, selfie)).sealed);
    }
    await tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key, fingerprint_sealed, fingerprint_method, fingerprint_position)
      SELECT replace(made, 'rc_', 'ev_'), made, 1, 'selfie', 'accepted', made, code, ${FINGERPRINTS.method}, nextval('evidence_fingerprint_position')
      FROM unnest(${ids}::text[], ${sealed}::bytea[]) AS row (made, code)`;
  });
}

async function measure(
  { evidence }: VerificationWorld,
  given: { template: string; codes: number; all: number },
): Promise<Part> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const scans: number[] = [];
  const ours: number[] = [];
  const faults: string[] = [];
  delays.enable();
  for (let survey = 0; survey < SURVEYS; survey += 1) {
    const [startedAt, usedBefore] = [performance.now(), process.cpuUsage()];
    const selfie = { caseId: given.template, code: randomBytes(FINGERPRINT_BYTES), fingerprints: FINGERPRINTS };
    if ((await evidence.fingerprints.survey(selfie)).known) faults.push('a random code was taken for a known one');
    scans.push(performance.now() - startedAt);
    const used = process.cpuUsage(usedBefore);
    ours.push((used.user + used.system) / 1_000);
  }
  delays.disable();
  const figures = { all: given.all, scanMs: median(scans), cpuMs: median(ours), blockedMs: delays.max / 1e6 };
  if (figures.cpuMs > given.all * MAX_CPU_MS_PER_CODE)
    faults.push(`${given.all} fingerprints took ${Math.round(figures.cpuMs)} ms of processor time`);
  return { units: given.codes, faults, figures };
}
