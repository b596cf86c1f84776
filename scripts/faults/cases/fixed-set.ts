import { setTimeout as pause } from 'node:timers/promises';
import { doubled, type FaultCase } from '../fault-case.js';

const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];

/** The few faults that every change is held against: short enough for each run of the tests. */
export const FIXED_SET: FaultCase = {
  id: 'fixed set',
  injected:
    'a worker killed inside a decision, commits without an answer, a partner that accepts and hangs, every job twice',
  people: 4,
  async during({ rig }) {
    const { deployment, partner } = rig;
    const [worker] = deployment.workers;
    if (!worker) return ['there are no workers'];
    await worker.kill9();
    await worker.start('any:adjudicate=crash@3');
    partner.network.arm({ kind: 'hang', accepted: true });
    deployment.network.database.weather = { kind: 'cut_commit', times: 4 };
    await pause(3_000);
    partner.network.arm(undefined);
    await rig.database.transaction(
      (tx) => tx.run`INSERT INTO outbox (event, payload) SELECT event, payload FROM outbox
        WHERE event LIKE 'verification.%' OR event IN ('case.approved', 'case.completed')`,
    );
    const cut = deployment.network.database.cutCommits;
    return cut === 0 ? ['no commit lost its answer'] : [];
  },
  afterwards: ({ rig }) => doubled(rig, ONCE),
};
