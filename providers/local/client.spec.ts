import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { ownModelCalibration } from '../../test/support/own-model-calibration.js';
import { isAlive } from '../../test/support/processes.js';
import { InferenceClient } from './client.js';
import type { InferenceClientOptions } from './client-options.js';
import { localEnvironment } from './config.js';
import { MODELS } from './model-manifest.js';
import { workerEntry } from './worker-entry.js';

const LOGGED: string[] = [];
const logger = {
  info: (message: string, fields?: object) => void LOGGED.push(JSON.stringify({ message, fields })),
  warn: (message: string, fields?: object) => void LOGGED.push(JSON.stringify({ message, fields })),
};
const modelsDir = localEnvironment.parse({}).LOCAL_MODELS_DIR;

describe('InferenceClient', () => {
  let folder: string;
  let blank: Uint8Array;
  let own: InferenceClient | undefined;
  let warm: InferenceClient | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inference-'));
    blank = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    await writeFile(
      join(folder, 'silent.mjs'),
      `process.on('message', () => {}); process.on('disconnect', () => process.exit());
      process.send({ kind: 'ready' });`,
    );
    await writeFile(
      join(folder, 'crashing.mjs'),
      `process.on('message', () => process.kill(process.pid, 'SIGSEGV'));
      process.send({ kind: 'ready' });`,
    );
    await writeFile(
      join(folder, 'counting.mjs'),
      `process.on('message', ({ id, task }) => {
        const answer = { procedure: task.kind, reasons: [], signals: {}, mrz: { lines: [], confidences: [] } };
        process.send({ kind: 'answered', id, answer, residentBytes: 0 });
      });
      process.on('disconnect', () => process.exit());
      process.send({ kind: 'ready' });`,
    );
    await writeFile(join(folder, 'stillborn.mjs'), `process.exit(1);`);
    await writeFile(
      join(folder, 'growing.mjs'),
      `const held = [];
      const grow = () => {
        held.push(new Uint8Array(64 * 2 ** 20).fill(1));
        if (held.length < 24) setImmediate(grow);
      };
      process.on('message', grow); process.on('disconnect', () => process.exit());
      process.send({ kind: 'ready' });`,
    );
    await writeFile(
      join(folder, 'failing.mjs'),
      `process.on('message', ({ id }) => process.send({ kind: 'failed', id }));
      process.on('disconnect', () => process.exit());
      process.send({ kind: 'ready' });`,
    );
    await writeFile(
      join(folder, 'swelling.mjs'),
      `process.on('message', ({ id, task }) => {
        const residentBytes = task.evidence === 'selfie' ? 700 * 2 ** 20 : 100 * 2 ** 20;
        process.send({ kind: 'answered', id, answer: [], residentBytes });
      });
      process.on('disconnect', () => process.exit());
      process.send({ kind: 'ready' });`,
    );
  });

  afterEach(() => own?.close());
  afterAll(async () => {
    await warm?.close();
    await rm(folder, { recursive: true });
  });

  function start(options: Partial<InferenceClientOptions> = {}): InferenceClient {
    own = new InferenceClient({ modelsDir, timeoutMs: 30_000, workers: 1, logger, ...options });
    return own;
  }

  /** One for every test that leaves it as it was, since loading the models takes the longest of all. */
  function shared(): InferenceClient {
    warm ??= new InferenceClient({ modelsDir, timeoutMs: 30_000, workers: 1, memoryMegabytes: 900, logger });
    return warm;
  }

  it('answers from a process that stays warm', async () => {
    const client = shared();
    expect(await client.checkCapture('selfie', blank)).toEqual({ reasons: ['no_face_found'] });
    const pids = client.workerPids;
    expect(await client.checkCapture('document_front', blank)).toEqual({
      reasons: ['no_portrait_on_document'],
      faces: [],
    });
    expect(client.workerPids).toEqual(pids);
    expect(pids).toHaveLength(1);
  });

  it.each([
    ['bytes that are no picture', new Uint8Array([0xff, 0xd8, 0xff, 0x00])],
    ['nothing at all', new Uint8Array()],
  ])('refuses %s without dying', async (_, bytes) => {
    const client = shared();
    expect(await client.checkCapture('selfie', bytes)).toEqual({ reasons: ['no_face_found'] });
    expect(await client.checkCapture('document_back', bytes)).toEqual({ reasons: ['document_unreadable'] });
  });

  it('T82: decodes JPEG, PNG and WebP, and has no loader for anything else', async () => {
    const client = shared();
    const picture = (): Sharp => sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } });
    const look = (bytes: Uint8Array) => client.checkCapture('document_back', bytes);
    for (const wanted of ['jpeg', 'png', 'webp'] as const)
      expect(await look(await picture().toFormat(wanted).toBuffer())).toEqual({ reasons: [] });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');
    for (const other of [svg, gzipSync(svg)]) expect(await look(other)).toEqual({ reasons: ['document_unreadable'] });
    for (const other of ['gif', 'tiff', 'avif'] as const)
      expect(await look(await picture().toFormat(other).toBuffer())).toEqual({ reasons: ['document_unreadable'] });
  });

  it.each(['SIGSEGV', 'SIGKILL'] as const)('F34: starts a new process after %s', async (signal) => {
    const client = shared();
    await client.checkCapture('selfie', blank);
    const [pid = 0] = client.workerPids;
    process.kill(pid, signal);
    await until(() => client.workerPids.length === 0);
    expect(await client.checkCapture('selfie', blank)).toEqual({ reasons: ['no_face_found'] });
    expect(client.workerPids).not.toContain(pid);
  });

  it('F34: gives up on a stopped process after its deadline, ends it and goes on', async () => {
    // One that is ready at once: the deadline counts from the question, and models take their time to load.
    const client = start({ entry: join(folder, 'swelling.mjs'), timeoutMs: 5_000 });
    expect(await client.checkCapture('document_front', blank)).toEqual([]);
    const [pid = 0] = client.workerPids;
    process.kill(pid, 'SIGSTOP');
    const stopped = client.checkCapture('document_front', blank);
    await expect(stopped).rejects.toMatchObject({ code: 'timeout', retryable: true });
    await until(() => !isAlive(pid));
    expect(await client.checkCapture('document_front', blank)).toEqual([]);
  });

  it('F34: fails the task whose process dies as retryable, and says broken when that keeps happening', async () => {
    const client = start({ entry: join(folder, 'crashing.mjs') });
    const outcomes: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      outcomes.push(await client.checkCapture('selfie', blank).catch((error: unknown) => error));
    }
    expect(outcomes).toMatchObject([
      { code: 'unavailable' },
      { code: 'unavailable' },
      { code: 'broken', retryable: false },
    ]);
    expect(await client.health()).toMatchObject({ ok: false });
  });

  it('F34: trusts a process that failed with no further picture, and says broken when that keeps happening', async () => {
    const client = start({ entry: join(folder, 'failing.mjs') });
    const codes: unknown[] = [];
    const pids = new Set<number>();
    for (let attempt = 0; attempt < 3; attempt++) {
      const looked = client.checkCapture('selfie', blank).catch(({ code }: { code: unknown }) => code);
      for (const pid of client.workerPids) pids.add(pid);
      codes.push(await looked);
      expect(client.workerPids).toEqual([]);
    }
    expect(codes).toEqual(['unavailable', 'unavailable', 'broken']);
    expect(pids.size).toBe(3);
  });

  it('F35: a process whose picture takes all memory ends alone, and the next picture is looked at', async () => {
    const client = start({ entry: join(folder, 'growing.mjs'), memoryMegabytes: 768 });
    const looked = client.checkCapture('selfie', blank).catch((error: unknown) => error);
    const [pid = 0] = client.workerPids;
    let mostPages = 0;
    await until(() => {
      mostPages = Math.max(mostPages, residentPages(pid));
      return !isAlive(pid);
    });
    expect(await looked).toMatchObject({ code: 'unavailable', retryable: true });
    expect(mostPages * PAGE_BYTES).toBeGreaterThan(256 * 2 ** 20);
    expect(mostPages * PAGE_BYTES).toBeLessThan(1_024 * 2 ** 20);
    await client.close();
    expect(await shared().checkCapture('selfie', blank)).toEqual({ reasons: ['no_face_found'] });
  });

  it('F35: renews a process that holds too much after a task, before it runs out in the next', async () => {
    const client = start({ entry: join(folder, 'swelling.mjs'), memoryMegabytes: 768 });
    expect(await client.checkCapture('document_front', blank)).toEqual([]);
    const [pid = 0] = client.workerPids;
    expect(await client.checkCapture('document_back', blank)).toEqual([]);
    expect(client.workerPids).toEqual([pid]);
    expect(await client.checkCapture('selfie', blank)).toEqual([]);
    expect(client.workerPids).toEqual([]);
    await until(() => !isAlive(pid));
    expect(await client.checkCapture('document_front', blank)).toEqual([]);
    expect(await client.health()).toEqual({ ok: true });
  });

  it('F35: the kernel bounds what the process may take, and lets it write no file and no core', async () => {
    const client = shared();
    await client.checkCapture('selfie', blank);
    const limits = await readFile(`/proc/${client.workerPids[0]}/limits`, 'utf8');
    expect(limits).toMatch(/Max core file size\s+0\s+0/);
    expect(limits).toMatch(/Max file size\s+0\s+0/);
    const [, soft, hard] = /Max data size\s+(\d+)\s+(\d+)/.exec(limits) ?? [];
    expect(hard).toBe(soft);
    // What V8 sets aside for machine code is no picture's: nothing under Node 20 and 22, about 510 MiB under 24.
    const reserved = await reservedForCode(client.workerPids[0]);
    expect(Math.abs(Number(soft) - 943_718_400 - reserved)).toBeLessThanOrEqual(reserved / 128);
  });

  it('does not start a process for ever that dies at once', async () => {
    const client = start({ entry: join(folder, 'stillborn.mjs') });
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.workerPids).toEqual([]);
  });

  it('refuses further tasks when the queue is full', async () => {
    const client = start({ entry: join(folder, 'silent.mjs'), maxWaiting: 2 });
    const compare = () => client.compare({ document: blank, selfie: blank });
    const taken = Array.from({ length: 2 }, () => compare().catch((error: unknown) => error));
    await expect(compare()).rejects.toMatchObject({ code: 'busy', retryable: true });
    await client.close();
    expect(await Promise.all(taken)).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }]);
  });

  it('F34: lets eight checks at once through a queue of one place, one after the other, and none fails', async () => {
    const client = start({ entry: join(folder, 'counting.mjs'), maxWaiting: 1 });
    const pictures = { document: blank, back: blank, selfie: blank };
    const checks = Array.from({ length: 8 }, () => client.check(pictures, '2026-01-01'));
    const answers = await Promise.all(checks);
    expect(answers.map(({ comparison }) => comparison.procedure)).toEqual(Array.from({ length: 8 }, () => 'compare'));
    expect(await client.health()).toEqual({ ok: true });
  });

  it('F34: says of a check for which there is no room that the machine is busy', async () => {
    const client = start({ entry: join(folder, 'silent.mjs'), maxWaitingChecks: 1 });
    const check = () => client.check({ document: blank, selfie: blank }, '2026-01-01');
    const taken = Array.from({ length: 3 }, () => check().catch(({ code }: { code: unknown }) => code));
    await expect(check()).rejects.toMatchObject({ code: 'busy', retryable: true });
    await client.close();
    expect(await Promise.all(taken)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  });

  it('keeps half of the queue free of first looks, for what decides a case', async () => {
    const client = start({ entry: join(folder, 'silent.mjs'), maxWaiting: 4 });
    const looks = [
      () => client.checkCapture('selfie', blank),
      () => client.glance(blank, '2026-01-01'),
      () => client.fingerprint(blank),
    ];
    const queued: Promise<unknown>[] = [];
    const queue = (task: Promise<unknown>) => queued.push(task.catch(({ code }: { code: unknown }) => code));
    for (const look of looks.slice(0, 2)) queue(look());
    for (const look of looks) await expect(look()).rejects.toMatchObject({ code: 'busy', retryable: true });
    queue(client.compare({ document: blank, selfie: blank }));
    queue(client.read({ front: blank }, '2026-01-01'));
    await client.close();
    expect(await Promise.all(queued)).toEqual(Array.from({ length: 4 }, () => 'unavailable'));
  });

  it('refuses a model that differs in one byte, or is missing (T77)', async () => {
    const altered = join(folder, 'altered');
    await cp(modelsDir, altered, { recursive: true });
    await appendFile(join(altered, MODELS.descriptor.file), 'x');
    const client = start({ modelsDir: altered });
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({
      code: 'broken',
      message: `Model ${MODELS.descriptor.file} is not the pinned file.`,
    });
    expect(await client.health()).toEqual({
      ok: false,
      detail: `Model ${MODELS.descriptor.file} is not the pinned file.`,
    });
    await rm(join(altered, MODELS.descriptor.file));
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'broken' });
  });

  it('F34: says at once which package is missing, and is well again when it is back', async () => {
    const built = join(folder, 'built');
    const [entry, tasks] = [join(built, 'inference-worker.js'), join(built, 'inference-tasks.js')];
    await cp(workerEntry(), entry);
    await writeFile(join(built, 'package.json'), '{"type":"module"}');
    await writeFile(tasks, `import 'onnxruntime-node';`);
    const client = start({ entry });
    const reason = 'A package of the local checks cannot be loaded: onnxruntime-node.';
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'broken', message: reason });
    expect(await client.health()).toEqual({ ok: false, detail: reason });
    expect(await client.tryOut()).toEqual({ ok: false, detail: reason });
    await cp(join(folder, 'counting.mjs'), tasks);
    expect(await client.tryOut()).toEqual({ ok: true });
    expect(await client.health()).toEqual({ ok: true });
  });

  it.each([
    ['that says that its models are unusable', `process.send({ kind: 'unusable', reason: 'No memory.' });`],
    ['that ends before it is ready', `process.exit(1);`],
  ])('F34: a second process %s fails nothing while the first works', async (_what, second) => {
    const [begun, go, entry] = ['begun', 'go', 'second.mjs'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await Promise.all([begun, go].map((name) => rm(name, { recursive: true, force: true })));
    await writeFile(
      entry,
      `import { existsSync, mkdirSync } from 'node:fs';
      process.on('disconnect', () => process.exit());
      const isSecond = existsSync(${JSON.stringify(begun)});
      if (isSecond) { ${second} } else {
        mkdirSync(${JSON.stringify(begun)});
        process.on('message', function work(message) {
          if (message.task.evidence !== 'document_back' && !existsSync(${JSON.stringify(go)})) setImmediate(work, message);
          else process.send({ kind: 'answered', id: message.id, answer: [], residentBytes: 0 });
        });
        process.send({ kind: 'ready' });
      }`,
    );
    const client = start({ entry, workers: 2 });
    await client.checkCapture('document_back', blank);
    const looks = Array.from({ length: 3 }, () =>
      client.checkCapture('document_front', blank).catch(({ code }: { code: unknown }) => code),
    );
    await until(() => client.workerPids.length === 2);
    await until(() => client.workerPids.length === 1);
    await writeFile(go, '');
    expect(await Promise.all(looks)).toEqual([[], [], []]);
    expect(await client.health()).toEqual({ ok: true });
    // The next is not started at once: what it wants for, memory say, is wanted still.
    expect(client.workerPids).toHaveLength(1);
  });

  it('F34: what is no fault of a model ends a process, and is not said to be for good', async () => {
    const child = fork(workerEntry(), [modelsDir, 'not JSON'], { stdio: 'ignore' });
    const said: unknown[] = [];
    child.on('message', (message) => said.push(message));
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(said).toEqual([]);
  });

  it('T77: is not well with a model of its own that does not fit its description', async () => {
    const model = await readFile(join(modelsDir, MODELS.descriptor.file));
    const calibration = {
      ...ownModelCalibration(model),
      input: { template: 'dlib', sizePixels: 150, colourOrder: 'RGB', subtract: 0, divideBy: 1 },
      descriptorLength: 127,
    };
    await writeFile(join(folder, 'unfit.json'), JSON.stringify(calibration));
    const faces = {
      set: 'own' as const,
      model: join(modelsDir, MODELS.descriptor.file),
      calibration: join(folder, 'unfit.json'),
    };
    const client = start({ faces });
    const unfit = { ok: false, detail: 'A face model does not fit its description.' };
    expect(await client.health()).toEqual({ ok: true });
    expect(await client.tryOut()).toEqual(unfit);
    expect(await client.health()).toEqual(unfit);
  });

  it('refuses a document model that differs in one byte (T77)', async () => {
    const altered = join(folder, 'altered-documents');
    await cp(modelsDir, altered, { recursive: true });
    await appendFile(join(altered, MODELS.zoneLetters.file), 'x');
    const client = start({ modelsDir: altered });
    const reason = `Model ${MODELS.zoneLetters.file} is not the pinned file.`;
    expect(await client.health()).toEqual({ ok: false, detail: reason });
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'broken', message: reason });
    expect(await client.health()).toEqual({ ok: false, detail: reason });
  });

  it('leaves no process behind when it is closed', async () => {
    const client = start();
    await client.checkCapture('selfie', blank);
    const [pid = 0] = client.workerPids;
    await client.close();
    await until(() => !isAlive(pid));
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('ends with its parent, however that ends', async () => {
    const script = `
      import { InferenceClient } from ${JSON.stringify(new URL('client.js', pathToFileURL(workerEntry())).href)};
      const client = new InferenceClient(${JSON.stringify({ modelsDir, timeoutMs: 30_000, workers: 1 })});
      const answer = client.checkCapture('selfie', new Uint8Array());
      await answer;
      process.stdout.write(String(client.workerPids[0]));
      setInterval(() => undefined, 1_000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(parent.stdout, 'data');
    const pid = Number(printed);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });

  it('logs no paths and no picture', () => {
    expect(LOGGED.length).toBeGreaterThan(0);
    for (const line of LOGGED) expect(line).not.toContain(folder);
  });
});

const PAGE_BYTES = 4_096;

/** By proc(5); 0 when the process has ended. */
function residentPages(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Of the process' mappings, those of more than 64 MiB that are machine code's whether it is there or not. */
async function reservedForCode(pid = 0): Promise<number> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const sizes = [...maps.matchAll(/^(\w+)-(\w+) rwxp/gm)].map(
    ([, from, to]) => Number(`0x${to}`) - Number(`0x${from}`),
  );
  return sizes.reduce((sum, size) => (size > 64 * 2 ** 20 ? sum + size : sum), 0);
}

/** Waits for the condition, looked at whenever the event loop has gone round; the test's own limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
