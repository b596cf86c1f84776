import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Queue } from 'bullmq';
import { jobOf } from '../support/job-of.js';
import type { ProviderAdapter } from '../../providers/kit/index.js';
import { DevMailbox } from '../../src/notification/dev-mailbox.js';
import { PIPELINE } from '../../src/pipeline.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { configureFailpoints, FAILPOINTS } from '../../src/platform/failpoints/failpoints.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { OutboxRelay } from '../../src/platform/outbox/outbox-relay.js';
import { jobContracts } from '../../src/platform/queue/job-contract.js';
import { JobProcessor } from '../../src/platform/queue/job-processor.js';
import { createSink } from '../../src/platform/queue/queue.module.js';
import { createObjectStore } from '../../src/platform/storage/create-object-store.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { TRANSITION_NAMES } from '../../src/recovery-case/case-transitions.js';
import { caseRepository } from '../support/case-repository.js';
import { ProviderCalls, type CallKind } from '../../src/verification/providers/provider-calls.js';
import type { ProviderVitals } from '../../src/verification/providers/provider-vitals.js';

const SRC = join(import.meta.dirname, '../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('spec.ts'),
);
type Made = new (...parts: unknown[]) => JobProcessor<unknown>;

const processors: Made[] = [];
for (const file of sources.filter((name) => name.endsWith('.processor.ts'))) {
  // One after the other: Jest's loader links a module for one importer at a time.
  const exported = (await import(pathToFileURL(join(SRC, file)).href)) as Record<string, unknown>;
  const found = Object.values(exported).filter(
    (value): value is Made => typeof value === 'function' && value.prototype instanceof JobProcessor,
  );
  if (found.length === 0) throw new Error(`${file} exports no processor`);
  processors.push(...found);
}

afterEach(() => configureFailpoints(''));

/** Whether `work` did its part and whether it was stopped, with a fault at this place. */
async function withFaultAt(
  place: string,
  work: (did: () => void) => Promise<unknown>,
): Promise<{ did: boolean; failed: boolean }> {
  configureFailpoints(`${place}=error`);
  const did = jest.fn();
  const failed = await work(did).then(
    () => false,
    () => true,
  );
  return { did: did.mock.calls.length > 0, failed };
}
const BEFORE = { did: false, failed: true };
const AFTER = { did: true, failed: true };

describe('every kind of work can be broken off before and after', () => {
  it('and has a processor', () => {
    const contracts = processors.map((made) => new made().contract.name);
    expect(contracts.sort()).toEqual(
      jobContracts()
        .map(({ name }) => name)
        .sort(),
    );
    expect(Object.values(PIPELINE).flat().length).toBeGreaterThan(contracts.length);
  });

  it.each(processors.map((made) => [new made().contract.name, made] as const))('%s', async (name, made) => {
    const processor = new made();
    const run = (did: () => void): Promise<void> => {
      Object.assign(processor, { handle: async () => did(), contract: { name, schema: { parse: () => ({}) } } });
      return processor.process(jobOf({}));
    };
    expect(await withFaultAt(`job.before:${name}`, run)).toEqual(BEFORE);
    expect(await withFaultAt(`job.after:${name}`, run)).toEqual(AFTER);
    expect(await withFaultAt(`any:${name}`, run)).toEqual(BEFORE);
  });
});

describe('every change of a case can be broken off before and after', () => {
  it.each(TRANSITION_NAMES)('%s', async (name) => {
    const cases = caseRepository();
    const run = (did: () => void): Promise<unknown> => {
      const row = { id: 'rc_1', state: 'verifying', attempt: 1 };
      const answer = async (): Promise<unknown> => (did(), row);
      const tx = { maybeOne: answer, one: answer, run: async () => 1, many: async () => [row] };
      return cases.transition(tx as unknown as Transaction, {
        caseId: 'rc_1',
        name,
        actor: { kind: 'system', id: 'regain' },
      });
    };
    expect(await withFaultAt(`transition.before:${name}`, run)).toEqual(BEFORE);
    expect(await withFaultAt(`transition.after:${name}`, run)).toEqual(AFTER);
  });
});

describe('every call outside can be broken off before and after', () => {
  const directory = mkdtempSync(join(tmpdir(), 'regain-failpoints-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const silent = Logger.create('silent');

  const CALLS = FAILPOINTS.filter((name) => name.startsWith('provider.before_')).map(
    (name) => name.slice('provider.before_'.length) as CallKind,
  );
  it.each(CALLS)('a partner: %s', async (kind) => {
    const calls = new ProviderCalls(new Metrics(), silent, {
      note: async () => undefined,
    } as unknown as ProviderVitals);
    const adapter = { id: 'sandbox' } as ProviderAdapter;
    const run = (did: () => void): Promise<unknown> => calls.run(adapter, kind, async () => did());
    expect(await withFaultAt(`provider.before_${kind}:sandbox`, run)).toEqual(BEFORE);
    expect(await withFaultAt(`provider.after_${kind}:sandbox`, run)).toEqual(AFTER);
    expect((await withFaultAt(`provider.before_${kind}:clear1`, run)).failed).toBe(false);
  });

  it.each(['put', 'get', 'delete', 'list'] as const)('the object store: %s', async (method) => {
    const store = await createObjectStore({ OBJECTS_DIR: join(directory, 'objects') } as Config);
    const { sha256 } = await store.put('evidence/one', Buffer.from('sealed'));
    const run = async (did: () => void): Promise<unknown> => {
      if (method === 'put') await store.put('evidence/one', Buffer.from('sealed'));
      else if (method === 'get') await store.get('evidence/one', { sha256 });
      else if (method === 'delete') await store.delete('evidence/one');
      else for await (const _object of store.list('evidence/')) did();
      return did();
    };
    expect(await withFaultAt(`object_store.before_${method}`, run)).toEqual(BEFORE);
    expect((await withFaultAt(`object_store.after_${method}`, run)).failed).toBe(true);
  });

  it('mail', async () => {
    const file = join(directory, 'mail.jsonl');
    const mailbox = new DevMailbox(file, () => new Date(0));
    const run = async (did: () => void): Promise<void> => {
      const before = mailbox.read().length;
      await mailbox.send({ to: 'ana@example.test', subject: 'One', text: 'Two' }).finally(() => {
        if (mailbox.read().length > before) did();
      });
    };
    expect(await withFaultAt('mail.before_send', run)).toEqual(BEFORE);
    expect(await withFaultAt('mail.after_send', run)).toEqual(AFTER);
  });

  it('the queue, and the relay that feeds it', async () => {
    const [contract] = jobContracts();
    if (!contract) throw new Error('there is no kind of work');
    const job = { contract: { ...contract, schema: { parse: (value: unknown) => value } }, payload: {} };
    const run = (did: () => void): Promise<unknown> => {
      const queue = { add: async () => did() } as unknown as Queue;
      return createSink(new Map([[contract.name, queue]])).add({ ...job, jobId: 'outbox-1', delayMs: 0 } as never);
    };
    expect(await withFaultAt(`queue.before_add:${contract.name}`, run)).toEqual(BEFORE);
    expect(await withFaultAt(`queue.after_add:${contract.name}`, run)).toEqual(AFTER);
    const relayed = (did: () => void): Promise<unknown> => relayOnce({ silent, did });
    expect(await withFaultAt('outbox.before_publish:outbox-relay', relayed)).toEqual(BEFORE);
    expect(await withFaultAt('outbox.after_publish:outbox-relay', relayed)).toEqual(AFTER);
  });

  it('everything else that calls out', async () => {
    const http = new OutboundHttp({ allowedPlainOrigins: ['http://127.0.0.1:9'] });
    configureFailpoints('http.before_send:127.0.0.1=error');
    await expect(http.send({ method: 'GET', url: 'http://127.0.0.1:9/' })).rejects.toThrow(
      'cut the connection (unknown)',
    );
  });

  it('and nothing calls out past those places', () => {
    const importers = (name: string): string[] =>
      sources.filter((file) =>
        new RegExp(`import (?!type)[^;]*from '${name}'`).test(readFileSync(join(SRC, file), 'utf8')),
      );
    expect(importers('undici').sort()).toEqual([
      'platform/outbound-http/outbound-failures.ts',
      'platform/outbound-http/outbound-http.ts',
    ]);
    // `regain doctor` signs in and sends nothing.
    expect(importers('nodemailer')).toEqual(['notification/mail-sender.ts', 'start-checks/mail-check.ts']);
    expect(importers('@aws-sdk/client-s3').filter((file) => !file.startsWith('platform/storage/s3-'))).toEqual([]);
    const commits = sources.filter((file) => /\((?:\w+, )?'COMMIT'\)/.test(readFileSync(join(SRC, file), 'utf8')));
    // The migrator's are the owner's, before there is a service; resealing is a command that is run again when it was killed.
    expect(commits).toEqual([
      'key-rotation/reseal-accounts.ts',
      'platform/database/database.ts',
      'platform/database/migrator.ts',
    ]);
  });

  it('and every place of the list is one that the product comes by', () => {
    const text = sources
      .filter((file) => file !== 'platform/failpoints/failpoints.ts')
      .map((file) => readFileSync(join(SRC, file), 'utf8'))
      .join('\n');
    const marked = (name: string): boolean => text.includes(`failpoint('${name}'`) || name.startsWith('provider.');
    expect(FAILPOINTS.filter((name) => !marked(name))).toEqual([]);
  });
});

/** One round of a relay that has one row to carry; rejects when it could not. */
async function relayOnce(given: { silent: Logger; did: () => void }): Promise<void> {
  const row = { id: '1', event: 'case.opened', payload: { caseId: 'rc_1' }, delayMs: 0 };
  let failure: unknown;
  let rows = [row];
  const tx = { many: async () => rows, run: async () => ((rows = []), 1) };
  const transaction = async (work: (tx: unknown) => Promise<number>): Promise<number> => {
    try {
      return await work(tx);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const [contract] = jobContracts();
  const relay = new OutboxRelay({
    database: { transaction } as never,
    databaseUrl: '',
    routes: () => [{ contract: { ...contract, schema: { parse: () => ({}) } } as never, payload: {} }],
    sink: { add: async () => given.did() },
    logger: given.silent,
  });
  relay.wake();
  await relay.stop();
  if (failure) throw failure as Error;
}
