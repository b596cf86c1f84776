import { expect, it } from '@jest/globals';
import { eventually } from '../../../scripts/harness/eventually.js';
import { latch, type QueueRig } from './queue-rig.js';

/** What happens to work when a worker, a session or the whole store is lost. */
export function queueSurvival(rigOf: () => QueueRig): void {
  it('gives the job of a worker that vanished to another one (F4)', async () => {
    const rig = rigOf();
    const never = latch();
    const dying = await rig.work(() => never.opened, { skipStalledCheck: true });
    await rig.add('orphan');
    await eventually('it is worked on', async () => rig.seen.length === 1);
    await dying.close(true);
    await rig.work();
    await eventually('another worker did it', async () => rig.seen.length === 2 && (await rig.isEmpty()));
  });

  it('closes in order: what is worked on ends, what waits is left for the next (F36)', async () => {
    const rig = rigOf();
    const gate = latch();
    const leaving = await rig.work(() => gate.opened, { concurrency: 1 });
    await rig.add('running');
    await eventually('it is worked on', async () => rig.seen.length === 1);
    await rig.add('waiting');
    const closed = leaving.close();
    gate.open();
    await closed;
    expect(rig.seen).toEqual(['running']);
    expect(await rig.queue.getJobCounts('wait', 'active')).toMatchObject({ wait: 1, active: 0 });
    await rig.work();
    await eventually('the next did it', () => rig.isEmpty());
    expect(rig.seen).toEqual(['running', 'waiting']);
  });

  it('goes on by itself when every session is cut (F13)', async () => {
    const rig = rigOf();
    await rig.work();
    await rig.add('before');
    await eventually('the first is done', () => rig.isEmpty());
    await rig.place.cutSessions();
    await eventually('one more is taken', () =>
      rig.add('after').then(
        () => true,
        () => false,
      ),
    );
    await eventually('and done', async () => rig.seen.includes('after') && (await rig.isEmpty()));
  });

  it('takes a job again whose queue was lost under it (F10)', async () => {
    const rig = rigOf();
    await rig.add('lost');
    await rig.place.flush();
    await rig.work();
    await rig.add('lost');
    await eventually('it is done', async () => rig.seen.length === 1 && (await rig.isEmpty()));
  });
}
