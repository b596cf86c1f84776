import { ProviderError } from '../../providers/kit/index.js';
import type { InferenceClient } from '../../providers/local/client.js';
import { picturesToBreak, breakPicture } from '../../test/cards/broken-pictures.js';
import { SeededRandom } from '../harness/seeded-random.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY } from './card-score.js';
import { openLocalClient } from './local-client.js';

const PICTURES_PER_PART = 100;

/** Pictures with broken bytes: every one is an answer, and the process that looked at it looks at the next. */
export const localPictureFuzz: Campaign = {
  help: 'broken JPEG, PNG and WebP bytes into the worker: an answer with a reason for each, and the process lives',
  defaultUnits: 2_000,
  unit: 'pictures',
  async *run({ units, done, seed }) {
    const client = openLocalClient();
    const whole = await picturesToBreak();
    try {
      for (let at = done; at < units; at += PICTURES_PER_PART) {
        const faults: string[] = [];
        const pictures = Math.min(PICTURES_PER_PART, units - at);
        for (let place = at; place < at + pictures; place += 1) {
          const random = new SeededRandom(seed * 1_000_003 + place);
          faults.push(...(await faultsOf(client, breakPicture(random.pick(whole), random), place)));
        }
        yield { units: pictures, faults };
      }
    } finally {
      await client.close();
    }
  },
};

async function faultsOf(client: InferenceClient, picture: Uint8Array, place: number): Promise<string[]> {
  const [before] = client.workerPids;
  try {
    await client.checkCapture('selfie', picture);
    await client.read({ front: picture }, CARDS_DAY);
  } catch (error) {
    return [`picture ${place}: ${error instanceof ProviderError ? error.code : String(error)}`];
  }
  const [after] = client.workerPids;
  return before === undefined || before === after ? [] : [`picture ${place}: another process answered`];
}
