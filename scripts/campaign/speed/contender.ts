import { performance } from 'node:perf_hooks';

/** 8-bit RGB, decoded beforehand: decoding is not what is compared. */
export interface DecodedPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** From the parent: the pictures once, then `run` for every round. */
export type ContenderMessage = { kind: 'pictures'; pictures: DecodedPicture[] } | { kind: 'run' };

/** To the parent. `found` tells for each picture whether a face was found and described. */
export type ContenderAnswer = { kind: 'ready' } | { kind: 'ran'; wallMs: number; cpuMs: number; found: boolean[] };

/** Finds, aligns and describes the largest face: the length of what came out, 0 when there is no face. */
export type DescribeLargest = (picture: DecodedPicture) => Promise<number>;

const WARM_UP_ROUNDS = 3;

/** Serves rounds to the parent: every picture is looked at once in each. */
export async function contend(describe: DescribeLargest): Promise<void> {
  let pictures: DecodedPicture[] = [];
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ContenderMessage) => {
    if (message.kind === 'pictures') {
      pictures = message.pictures;
      void warmUp(describe, pictures).then(() => send({ kind: 'ready' }));
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
  for (const picture of pictures) found.push((await describe(picture)) > 0);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { kind: 'ran', wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000, found };
}

function send(answer: ContenderAnswer): void {
  process.send?.(answer);
}
