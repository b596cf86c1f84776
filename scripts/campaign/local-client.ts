import { InferenceClient } from '../../providers/local/client.js';
import { localEnvironment } from '../../providers/local/config.js';
import type { CampaignRun } from './campaign.js';
import type { Part } from './progress.js';

const PICTURES_PER_PART = 20;

/** The pictures of one part, by their places among all. */
export interface Stretch {
  seed: number;
  from: number;
  to: number;
}

/** The product's own worker processes, as many as asked for. Slow machines must not fail a measurement. */
export function openLocalClient(workers = 1): InferenceClient {
  const settings = localEnvironment.parse(process.env);
  return new InferenceClient({
    modelsDir: settings.LOCAL_MODELS_DIR,
    timeoutMs: 120_000,
    workers,
    logger: { info: () => undefined, warn: () => undefined },
  });
}

/** Has one worker read a campaign's pictures, a part at a time. */
export async function* readInParts(
  { seed, units, done }: CampaignRun,
  readPart: (client: InferenceClient, stretch: Stretch) => Promise<Part>,
): AsyncGenerator<Part> {
  const client = openLocalClient();
  try {
    for (let from = done; from < units; from += PICTURES_PER_PART)
      yield await readPart(client, { seed, from, to: Math.min(from + PICTURES_PER_PART, units) });
  } finally {
    await client.close();
  }
}
