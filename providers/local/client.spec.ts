import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { FaceInferenceClient, type InferenceClientOptions } from './client.js';
import { localEnvironment } from './config.js';
import { MODELS } from './model-manifest.js';
import { workerEntry } from './worker-entry.js';

const LOGGED: string[] = [];
const logger = {
  info: (message: string, fields?: object) => void LOGGED.push(JSON.stringify({ message, fields })),
  warn: (message: string, fields?: object) => void LOGGED.push(JSON.stringify({ message, fields })),
};
const modelsDir = localEnvironment.parse({}).LOCAL_MODELS_DIR;

describe('FaceInferenceClient', () => {
  let folder: string;
  let blank: Uint8Array;
  let client: FaceInferenceClient;

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
    await writeFile(join(folder, 'stillborn.mjs'), `process.exit(1);`);
  });

  afterEach(() => client.close());
  afterAll(() => rm(folder, { recursive: true }));

  function start(options: Partial<InferenceClientOptions> = {}): FaceInferenceClient {
    client = new FaceInferenceClient({ modelsDir, timeoutMs: 30_000, workers: 1, logger, ...options });
    return client;
  }

  it('answers from a process that stays warm', async () => {
    start();
    expect(await client.checkCapture('selfie', blank)).toEqual(['no_face_found']);
    const pids = client.workerPids;
    expect(await client.checkCapture('document_front', blank)).toEqual(['no_portrait_on_document']);
    expect(client.workerPids).toEqual(pids);
    expect(pids).toHaveLength(1);
  });

  it.each([
    ['bytes that are no picture', new Uint8Array([0xff, 0xd8, 0xff, 0x00])],
    ['nothing at all', new Uint8Array()],
  ])('refuses %s without dying', async (_, bytes) => {
    start();
    expect(await client.checkCapture('selfie', bytes)).toEqual(['no_face_found']);
    expect(await client.checkCapture('document_back', bytes)).toEqual(['document_unreadable']);
  });

  it.each(['SIGSEGV', 'SIGKILL'] as const)('starts a new process after %s', async (signal) => {
    start();
    await client.checkCapture('selfie', blank);
    const [pid = 0] = client.workerPids;
    process.kill(pid, signal);
    await until(() => client.workerPids.length === 0);
    expect(await client.checkCapture('selfie', blank)).toEqual(['no_face_found']);
    expect(client.workerPids).not.toContain(pid);
  });

  it('gives up on a stopped process after its deadline, ends it and goes on', async () => {
    start({ timeoutMs: 5_000 });
    await client.checkCapture('selfie', blank);
    const [pid = 0] = client.workerPids;
    process.kill(pid, 'SIGSTOP');
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'timeout', retryable: true });
    await until(() => !isAlive(pid));
    expect(await client.checkCapture('selfie', blank)).toEqual(['no_face_found']);
  });

  it('fails the task whose process dies as retryable, and says broken when that keeps happening', async () => {
    start({ entry: join(folder, 'crashing.mjs') });
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

  it('does not start a process for ever that dies at once', async () => {
    start({ entry: join(folder, 'stillborn.mjs') });
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.workerPids).toEqual([]);
  });

  it('refuses further tasks when the queue is full', async () => {
    start({ entry: join(folder, 'silent.mjs'), maxWaiting: 2 });
    const taken = Array.from({ length: 2 }, () =>
      client.checkCapture('selfie', blank).catch((error: unknown) => error),
    );
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'rate_limited', retryable: true });
    await client.close();
    expect(await Promise.all(taken)).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }]);
  });

  it('refuses a model that differs in one byte, or is missing (T77)', async () => {
    const altered = join(folder, 'altered');
    await cp(modelsDir, altered, { recursive: true });
    await appendFile(join(altered, MODELS.descriptor.file), 'x');
    start({ modelsDir: altered });
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

  it('leaves no process behind when it is closed', async () => {
    start();
    await client.checkCapture('selfie', blank);
    const [pid = 0] = client.workerPids;
    await client.close();
    await until(() => !isAlive(pid));
    await expect(client.checkCapture('selfie', blank)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('ends with its parent, however that ends', async () => {
    const script = `
      import { FaceInferenceClient } from ${JSON.stringify(new URL('client.js', pathToFileURL(workerEntry())).href)};
      const client = new FaceInferenceClient(${JSON.stringify({ modelsDir, timeoutMs: 30_000, workers: 1 })});
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the condition, looked at whenever the event loop has gone round; the test's own limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
