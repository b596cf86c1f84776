import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { eventually } from '../../../scripts/harness/eventually.js';
import { queueSource } from '../../../src/admin/queue-gauges.js';
import { auditRedrive } from '../../../src/admin/redrive-audit.js';
import { redriveDeadLetters } from '../../../src/admin/redrive-command.js';
import { readSources } from '../../../src/admin/scrape-sources.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Config } from '../../../src/platform/config/config.js';
import { PermanentJobError } from '../../../src/platform/queue/job-processor.js';
import { redrive } from '../../../src/platform/queue/redrive.js';
import { Metrics } from '../../../src/platform/telemetry/metrics.js';
import { CONTRACT, latch, type QueueRig, type Work } from './queue-rig.js';

/** Work that fails: how often it is tried, where it is parked, what an operator sees of it, and how it comes back. */
export function queueDeadLetters(rigOf: () => QueueRig): void {
  it('tries a failing job as often as its contract says, then parks it with a name and no message (F8)', async () => {
    const rig = rigOf();
    await rig.work(async ({ caseId }) => {
      if (caseId === 'poison') throw new TypeError('something personal');
    });
    await rig.add('poison');
    await rig.add('healthy');
    const job = await eventually('it is parked', () => rig.failed('poison'));
    expect(rig.seen.filter((caseId) => caseId === 'poison')).toHaveLength(CONTRACT.tries);
    expect(rig.seen).toContain('healthy');
    expect(job.attemptsMade).toBe(CONTRACT.tries);
    expect(job.failedReason).toBe('TypeError');
    expect(JSON.stringify(job.asJSON())).not.toContain('personal');
  });

  it('parks what can never work at once', async () => {
    const rig = rigOf();
    await rig.work(async () => {
      throw new PermanentJobError('the case is gone');
    });
    await rig.add('hopeless');
    await eventually('it is parked', () => rig.failed('hopeless'));
    expect(rig.seen).toEqual(['hopeless']);
  });

  it('lets a parked job go round again', async () => {
    const rig = rigOf();
    let broken = true;
    await rig.work(async () => {
      if (broken) throw new Error('not yet');
    });
    await rig.add('mended');
    const job = await eventually('it is parked', () => rig.failed('mended'));
    broken = false;
    await job.retry('failed');
    await eventually('it is done', () => rig.isEmpty());
    expect(rig.seen).toHaveLength(CONTRACT.tries + 1);
  });

  const poison: Work = async ({ caseId }) => {
    if (caseId === 'rc_poison') throw new Error('poison');
  };

  it('keeps one dead letter of a piece of work, whatever job of it died, and writes it down (F8)', async () => {
    const rig = rigOf();
    await rig.work(poison);
    await rig.add('outbox-1', { caseId: 'rc_poison' });
    await eventually('it is parked', () => rig.failed('outbox-1'));
    await rig.add('outbox-2', { caseId: 'rc_poison' });
    await eventually('the later one is parked alone', async () =>
      (await rig.failed('outbox-2')) && !(await rig.failed('outbox-1')) ? true : undefined,
    );
    expect((await rig.queue.getFailed()).map(({ id }) => id)).toEqual(['outbox-2']);
    expect(await rig.deaths()).toEqual([{ about: 'caseId=rc_poison', jobId: 'outbox-2', deaths: 1 }]);
  });

  it('writes down what took its worker with it each time (F8, F9)', async () => {
    const rig = rigOf();
    await rig.add('outbox-1', { caseId: 'rc_fatal' });
    for (let life = 1; life <= 2; life += 1) {
      const before = rig.seen.length;
      const dying = await rig.work(() => latch().opened, { skipStalledCheck: life === 1, maxStalledCount: 1 });
      await eventually('it is worked on', async () => rig.seen.length > before);
      await dying.close(true);
    }
    await rig.work(undefined, { maxStalledCount: 1 });
    await eventually('it is parked', () => rig.failed('outbox-1'));
    await eventually('it is written down', async () => (await rig.deaths()).length === 1);
    expect(rig.seen).toHaveLength(2);
  });

  it('has its dead letters put back, with the note that goes before (regain queue redrive)', async () => {
    const rig = rigOf();
    let broken = true;
    await rig.work(async () => {
      if (broken) throw new Error('not yet');
    });
    await rig.add('outbox-1');
    await rig.add('outbox-2');
    await eventually('both are parked', async () => (await rig.queue.getFailed()).length === 2);
    broken = false;
    const noted = (intended: { queue: string; jobIds: string[] }): Promise<void> =>
      auditRedrive(rig.place.test.database, 'operators_port', [intended]);
    expect(await redrive([rig.queue], { jobId: 'outbox-1' }, noted)).toEqual([
      { queue: CONTRACT.name, jobIds: ['outbox-1'] },
    ]);
    await eventually('one is done', async () => (await rig.queue.getFailed()).length === 1);
    expect((await rig.deaths()).map(({ jobId }) => jobId)).toEqual(['outbox-2']);
    const keyRingFile = join(mkdtempSync(join(tmpdir(), 'redrive-')), 'ring.json');
    writeFileSync(keyRingFile, JSON.stringify(KeyRing.generate()));
    const { settings, test } = rig.place;
    const config = { ...settings, DATABASE_URL: test.appUrl, KEYRING_FILE: keyRingFile } as Config;
    const byCommand = await redriveDeadLetters(config, { queueNames: [CONTRACT.name] });
    expect(byCommand).toEqual([{ queue: CONTRACT.name, jobIds: ['outbox-2'] }]);
    await eventually('the other is done', () => rig.isEmpty());
    expect(await rig.deaths()).toEqual([]);
  });

  it('tells how many jobs are in which state, and how long the next has been due', async () => {
    const rig = rigOf();
    await rig.work(poison);
    await rig.add('outbox-1', { caseId: 'rc_poison' });
    await eventually('it is parked', () => rig.failed('outbox-1'));
    await rig.workers[0]?.close();
    await rig.add('outbox-2');
    await rig.add('outbox-3', { delayMs: 60_000 });
    const metrics = new Metrics();
    const text = await eventually('the next has been due for a moment', async () => {
      await readSources([queueSource([rig.queue], metrics)], metrics);
      const told = await metrics.registry.metrics();
      return /oldest_waiting_age_seconds\{queue="contract-job"\} 0\.[0-9]*[1-9]/.test(told) ? told : undefined;
    });
    const jobs = [...text.matchAll(/^regain_queue_jobs\{queue="contract-job",state="(\w+)"\} (\d+)$/gm)];
    expect(Object.fromEntries(jobs.map(([, state, count]) => [state, Number(count)]))).toEqual({
      waiting: 1,
      active: 0,
      delayed: 1,
      failed: 1,
    });
  });
}
