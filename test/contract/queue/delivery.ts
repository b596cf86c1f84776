import { expect, it } from '@jest/globals';
import { eventually } from '../../../scripts/harness/eventually.js';
import { CONTRACT, latch, type QueueRig } from './queue-rig.js';

/** Bringing a job to whoever works on it: once, when it is due, and no more at once than agreed. */
export function queueDelivery(rigOf: () => QueueRig): void {
  it('answers that it is there', async () => {
    const rig = rigOf();
    await expect(rig.place.connection.ping()).resolves.toBeUndefined();
  });

  it('brings a job to its processor once and keeps nothing of it', async () => {
    const rig = rigOf();
    await rig.work();
    await rig.add('outbox-1');
    await eventually('the job is done', () => rig.isEmpty());
    expect(rig.seen).toEqual(['outbox-1']);
    expect(await rig.queue.getJob('outbox-1')).toBeFalsy();
  });

  it('holds one job of an id while it is waiting or worked on, and takes the id again afterwards (F7)', async () => {
    const rig = rigOf();
    const gate = latch();
    await Promise.all(Array.from({ length: 10 }, () => rig.add('outbox-1')));
    await rig.work(() => gate.opened);
    await eventually('it is worked on', async () => rig.seen.length > 0);
    await rig.add('outbox-1');
    gate.open();
    await eventually('the job is done', () => rig.isEmpty());
    expect(rig.seen).toEqual(['outbox-1']);
    await rig.add('outbox-1');
    await eventually('it is done again', async () => rig.seen.length === 2 && (await rig.isEmpty()));
  });

  it('keeps a delayed job until it is due', async () => {
    const rig = rigOf();
    await rig.work();
    const addedAt = performance.now();
    await rig.add('outbox-late', { delayMs: 400 });
    await rig.add('outbox-now');
    await eventually('both are done', () => rig.isEmpty());
    expect(rig.seen).toEqual(['outbox-now', 'outbox-late']);
    expect(performance.now() - addedAt).toBeGreaterThanOrEqual(380);
  });

  it('takes no payload that is not ids, and parks at once one that came in by another way', async () => {
    const rig = rigOf();
    await expect(
      rig.sink.add({ contract: CONTRACT, payload: { caseId: 'a name with spaces' }, jobId: 'x', delayMs: 0 }),
    ).rejects.toMatchObject({ name: 'ZodError' });
    expect(await rig.isEmpty()).toBe(true);
    await rig.work();
    await rig.queue.add(CONTRACT.name, { somebody: 'else' }, { jobId: 'foreign', attempts: 3 });
    const job = await eventually('it is parked', () => rig.failed('foreign'));
    expect([rig.seen, job.failedReason]).toEqual([[], 'ZodError']);
  });

  it('works on as many at once as the contract says', async () => {
    const rig = rigOf();
    const gate = latch();
    let [running, most] = [0, 0];
    await rig.work(async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === CONTRACT.concurrency) gate.open();
      await gate.opened;
      running -= 1;
    });
    for (let index = 0; index < 6; index += 1) await rig.add(`outbox-${index}`);
    await eventually('all are done', async () => rig.seen.length === 6 && (await rig.isEmpty()));
    expect(most).toBe(CONTRACT.concurrency);
  });
}
