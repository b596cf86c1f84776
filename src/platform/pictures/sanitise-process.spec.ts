import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { eventually } from '../../../scripts/harness/eventually.js';
import { drawPicture } from '../../../test/support/pictures.js';
import { isAlive } from '../../../test/support/processes.js';
import { createImageSanitiser, type ImageSanitiser, type ImageSanitiserOptions } from './image-sanitiser.js';
import { ImageRefusedError, SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { ADDRESS_SPACE_MEBIBYTES, SanitiseProcess } from './sanitise-process.js';

let jpeg: Buffer;
let sanitiser: ImageSanitiser | undefined;
const pids: number[] = [];

beforeAll(async () => {
  jpeg = await drawPicture().jpeg().toBuffer();
});
afterEach(async () => {
  await sanitiser?.close();
  pids.length = 0;
});

/** `onEach` is called with every child process as it starts, before it has been given anything. */
function open(
  options: Partial<ImageSanitiserOptions> = {},
  onEach: (pid: number) => void = () => undefined,
): ImageSanitiser {
  sanitiser = createImageSanitiser({
    ...options,
    onProcess: (pid = 0) => {
      pids.push(pid);
      onEach(pid);
    },
  });
  return sanitiser;
}

/** Stops the first child only, so that a picture is surely still inside it. */
function stopFirst(pid: number): void {
  if (pids.length === 1) process.kill(pid, 'SIGSTOP');
}

function firstPid(): number {
  const [pid] = pids;
  if (!pid) throw new Error('No child process was started.');
  return pid;
}

async function untilEnded(pid: number): Promise<void> {
  await waitFor(() => isReaped(pid));
}

/** Whether we, its parent, have heard of its end. A zombie has ended, and nobody knows. */
function isReaped(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

const MEBIBYTE = 2 ** 20;

/** The most that a process has held in memory so far, by proc(5); 0 when it has ended. */
function peakBytes(pid: number): number {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

describe('the child process', () => {
  it('T81: that is killed while it has a picture costs that picture only', async () => {
    const pictures = open({}, stopFirst);
    const first = pictures.sanitise(jpeg);
    const second = pictures.sanitise(jpeg);
    const failure = expect(first).rejects.toMatchObject({ name: 'SanitiserUnavailableError', failure: 'crashed' });
    await waitFor(() => pids.length > 0);
    process.kill(firstPid(), 'SIGKILL');
    await failure;
    await expect(second).resolves.toMatchObject({ width: 240, height: 320 });
  });

  it('that takes too long is killed, and the next picture goes through', async () => {
    const pictures = open({ timeoutMs: 5_000 }, stopFirst);
    await expect(pictures.sanitise(jpeg)).rejects.toMatchObject({ failure: 'timeout' });
    await untilEnded(firstPid());
    await expect(pictures.sanitise(jpeg)).resolves.toMatchObject({ width: 240 });
  });

  it('that dies while it waits is replaced', async () => {
    const pictures = open();
    await pictures.sanitise(jpeg);
    const spare = pids.at(-1) ?? 0;
    process.kill(spare, 'SIGKILL');
    await untilEnded(spare);
    await expect(pictures.sanitise(jpeg)).resolves.toMatchObject({ width: 240 });
  });

  it('serves one picture and ends', async () => {
    const pictures = open();
    await pictures.sanitise(jpeg);
    await untilEnded(firstPid());
    await pictures.sanitise(jpeg);
    expect(new Set(pids).size).toBe(3);
  });

  it('ends when the sanitiser closes, and so do the waiting pictures', async () => {
    const pictures = open({}, stopFirst);
    const both = Promise.allSettled([pictures.sanitise(jpeg), pictures.sanitise(jpeg)]);
    await waitFor(() => pids.length === 2);
    await pictures.close();
    const closed = { status: 'rejected', reason: { failure: 'closed' } };
    expect(await both).toMatchObject([closed, closed]);
    await expect(pictures.sanitise(jpeg)).rejects.toMatchObject({ failure: 'closed' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('turns pictures away when too many wait', async () => {
    const pictures = open({ maxWaiting: 1 }, stopFirst);
    const accepted = Promise.allSettled([pictures.sanitise(jpeg), pictures.sanitise(jpeg)]);
    await expect(pictures.sanitise(jpeg)).rejects.toMatchObject({ failure: 'busy' });
    await pictures.close();
    await accepted;
  });

  it('ends when its parent is gone', async () => {
    const worker = fileURLToPath(new URL('./sanitise-worker.mjs', import.meta.url));
    const script = `
      const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(worker)}], { stdio: 'pipe' });
      console.log(child.pid);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(String(text)))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await untilEnded(pid);
  });

  it('T80, T81: has no environment, may write no file, dump no memory, and map no more than its share', async () => {
    process.env.REGAIN_CANARY = 'secret';
    const child = new SanitiseProcess({ timeoutMs: 10_000, addressSpaceMebibytes: ADDRESS_SPACE_MEBIBYTES });
    await waitFor(
      async () =>
        (await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).includes('sanitise-worker.mjs\0') &&
        !(await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).startsWith('/bin/sh'),
    );
    const limits = await readFile(`/proc/${child.pid}/limits`, 'utf8');
    expect(limits).toMatch(/Max core file size\s+0\s+0/);
    expect(limits).toMatch(/Max file size\s+0\s+0/);
    expect(limits).toMatch(/Max address space\s+2684354560\s+2684354560/);
    expect(limits).toMatch(/Max cpu time\s+20\s+20/);
    expect(await readFile(`/proc/${child.pid}/environ`, 'utf8')).not.toMatch(/REGAIN|PATH|HOME/);
    child.kill();
    await child.ended;
    delete process.env.REGAIN_CANARY;
  });

  it('T80: 24 million pixels in 320 kB stay within its share of memory', async () => {
    const flat = { create: { width: 6_000, height: 4_000, channels: 3 as const, background: '#4a6' } };
    const png = await sharp(flat).png({ compressionLevel: 6 }).toBuffer();
    expect(png.length).toBeLessThan(400_000);
    let mostBytes = 0;
    const look = () => (mostBytes = Math.max(mostBytes, ...pids.map(peakBytes)));
    const watch = setInterval(look, 20);
    const outcome = await open({ timeoutMs: 50_000 })
      .sanitise(png)
      .finally(() => clearInterval(watch));
    expect(outcome).toMatchObject({ width: 2_560, height: 1_707 });
    expect(mostBytes).toBeGreaterThan(50 * MEBIBYTE);
    expect(mostBytes).toBeLessThan(1_024 * MEBIBYTE);
  });

  it('T80: fails typed, not silently, when its memory is too small to live in', async () => {
    const pictures = open({ addressSpaceMebibytes: 300 });
    await expect(pictures.sanitise(jpeg)).rejects.toMatchObject({ failure: 'crashed' });
  });

  it.each([
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>')],
    ['GIF', () => drawPicture().gif().toBuffer()],
    ['TIFF', () => drawPicture().tiff().toBuffer()],
    ['AVIF', () => drawPicture().avif({ effort: 0 }).toBuffer()],
  ])('T82: has no loader for %s, should one ever get so far', async (_name, make) => {
    const child = new SanitiseProcess({ timeoutMs: 10_000, addressSpaceMebibytes: ADDRESS_SPACE_MEBIBYTES });
    const job = { task: 'sanitise', type: 'png', timeoutMs: 10_000, ...DEFAULT_IMAGE_LIMITS };
    const output = await child.run(job, await make());
    expect(JSON.parse(output.toString())).toEqual({ outcome: 'refused', reason: 'undecodable' });
  });
});

describe('hostile bytes', () => {
  it('T80, T81: never do more than be refused', async () => {
    const pictures = open();
    const bases = await Promise.all([
      drawPicture(200, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      drawPicture(200, 200).jpeg({ progressive: true }).toBuffer(),
      drawPicture(200, 200).png({ progressive: true }).toBuffer(),
      drawPicture(200, 200).webp().toBuffer(),
      drawPicture(200, 200).ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    ]);
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      value: fc.nat(255),
    });
    const mutated = fc
      .tuple(fc.constantFrom(...bases), fc.array(mutation, { minLength: 1, maxLength: 40 }))
      .map(([base, mutations]) => {
        const bytes = Uint8Array.from(base);
        for (const { at, value } of mutations) bytes[Math.floor(at * at * bytes.length)] = value;
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        const outcome: unknown = await pictures.sanitise(bytes).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          const isTyped = outcome instanceof ImageRefusedError || outcome instanceof SanitiserUnavailableError;
          expect({ isTyped, outcome }).toMatchObject({ isTyped: true });
        } else {
          expect((outcome as { jpeg: Uint8Array }).jpeg.subarray(0, 3)).toEqual(Uint8Array.from([0xff, 0xd8, 0xff]));
        }
      }),
      { numRuns: 60 },
    );
    await expect(pictures.sanitise(jpeg)).resolves.toMatchObject({ width: 240, height: 320 });
  });
});

/** A condition that does not come true within thirty seconds fails the test. */
const waitFor = (condition: () => boolean | Promise<boolean>): Promise<boolean> =>
  eventually('the condition', async () => condition(), { timeoutMs: 30_000 });
