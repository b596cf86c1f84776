import { performance } from 'node:perf_hooks';
import type { DecodedPicture } from './decoded-picture.js';

/** From the parent: the pictures once and then `run` for every round, or one picture after the other to describe. */
export type ContenderMessage =
  { kind: 'pictures'; pictures: DecodedPicture[] } | { kind: 'run' } | { kind: 'describe'; picture: DecodedPicture };

/** To the parent. `found` tells for each picture whether a face was found and described. */
export type ContenderAnswer =
  | { kind: 'ready' }
  | { kind: 'ran'; wallMs: number; cpuMs: number; found: boolean[] }
  | { kind: 'described'; description?: Description };

/** What a face was made into; a set of two networks makes two. */
export type Description = readonly (readonly number[])[];

/** Finds, aligns and describes the main face; undefined when there is none. */
export type DescribeLargest = (picture: DecodedPicture) => Promise<Description | undefined>;

const WARM_UP_ROUNDS = 3;

/** Serves the parent: in a round every picture is looked at once. */
export async function contend(describe: DescribeLargest): Promise<void> {
  let pictures: DecodedPicture[] = [];
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ContenderMessage) => {
    if (message.kind === 'pictures') {
      pictures = message.pictures;
      void warmUp(describe, pictures).then(() => send({ kind: 'ready' }));
    } else if (message.kind === 'describe') {
      void describe(message.picture).then((description) => send({ kind: 'described', description }));
    } else void round(describe, pictures).then(send);
  });
}

async function warmUp(describe: DescribeLargest, pictures: readonly DecodedPicture[]): Promise<void> {
  for (let done = 0; done < WARM_UP_ROUNDS; done += 1) await round(describe, pictures);
}

async function round(describe: DescribeLargest, pictures: readonly DecodedPicture[]): Promise<ContenderAnswer> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const found: boolean[] = [];
  for (const picture of pictures) found.push((await describe(picture)) !== undefined);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { kind: 'ran', wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000, found };
}

function send(answer: ContenderAnswer): void {
  process.send?.(answer);
}
