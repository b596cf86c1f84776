import { afterEach, beforeEach, describe } from '@jest/globals';
import { queueDeadLetters } from './queue/dead-letters.js';
import { queueDelivery } from './queue/delivery.js';
import { QueueRig, type QueuePlace } from './queue/queue-rig.js';
import { queueSurvival } from './queue/survival.js';

/** What the product relies on in any queue it runs on. Called by one spec per backend: the backend is process-wide. */
export function queueContract(name: string, makePlace: () => Promise<QueuePlace>): void {
  describe(`queue contract: ${name}`, () => {
    let rig: QueueRig;

    beforeEach(async () => {
      rig = await QueueRig.open(await makePlace());
    });
    afterEach(() => rig.close());

    queueDelivery(() => rig);
    queueDeadLetters(() => rig);
    queueSurvival(() => rig);
  });
}
