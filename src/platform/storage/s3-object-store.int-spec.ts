import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { objectStoreContract, type StoreUnderTest } from '../../../test/contract/object-store.contract.js';
import { S3Simulator, type S3SimulatorOptions } from '../../../test/support/s3-simulator.js';
import { ObjectCorruptError, ObjectNotFoundError, ObjectStoreUnavailableError } from './object-store.errors.js';
import { S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.js';

function storeOn(simulator: S3Simulator, over: Partial<S3ObjectStoreOptions> = {}): S3ObjectStore {
  const { endpoint, bucketName: bucket, key } = simulator;
  return new S3ObjectStore({ endpoint, bucket, ...key, forcePathStyle: true, backoffMs: 1, ...over });
}

async function makeStore(options: S3SimulatorOptions): Promise<StoreUnderTest> {
  const simulator = await S3Simulator.start(options);
  const stores = [storeOn(simulator)];
  const store = stores[0] as S3ObjectStore;
  return {
    store,
    reopen: () => {
      const another = storeOn(simulator);
      stores.push(another);
      return another;
    },
    swap: async (from, to) => void simulator.bucket.put(to, simulator.bucket.current(from)?.bytes),
    countPhysical: async () => simulator.bucket.everything().length,
    dispose: async () => {
      for (const each of stores) each.close();
      await simulator.stop();
    },
  };
}

objectStoreContract('S3, versioning off', () => makeStore({}));
objectStoreContract('S3, versioning on', () => makeStore({ versioning: true }));
objectStoreContract('S3, a server without versions', () => makeStore({ knowsVersions: false }));

describe('S3ObjectStore', () => {
  const bytes = Buffer.from('sealed picture of nobody');
  let simulator: S3Simulator;
  let store: S3ObjectStore;

  beforeEach(async () => {
    simulator = await S3Simulator.start({ versioning: true });
    store = storeOn(simulator);
  });
  afterEach(async () => {
    store.close();
    await simulator.stop();
  });

  describe('when the server is in trouble', () => {
    const error = (status: number, code: string) => ({ kind: 'error', status, code }) as const;

    it.each([
      ['500', error(500, 'InternalError')],
      ['503 SlowDown', error(503, 'SlowDown')],
      ['429', error(429, 'TooManyRequests')],
      ['a reset before the answer', { kind: 'reset' } as const],
      ['a reset after it was carried out', { kind: 'reset_after_effect' } as const],
    ])('repeats every operation after %s, and the outcome is the same', async (_name, fault) => {
      simulator.failNext('PUT', fault, fault);
      await store.put('a/b', bytes);
      simulator.failNext('GET', fault, fault);
      expect(Buffer.from(await store.get('a/b'))).toEqual(bytes);
      simulator.failNext('VERSIONS', fault);
      simulator.failNext('DELETE', fault, fault);
      await store.delete('a/b');
      expect(simulator.bucket.everything()).toEqual([]);
      simulator.failNext('HEAD', fault);
      await store.check();
    });

    it('gives up after three attempts with a typed error and leaves no half object', async () => {
      simulator.failNext('PUT', ...Array.from({ length: 3 }, () => error(500, 'InternalError')));
      await expect(store.put('a', bytes)).rejects.toMatchObject({ failure: 'unreachable', storeCode: 'InternalError' });
      expect(simulator.calls).toEqual(['PUT a', 'PUT a', 'PUT a']);
      expect(simulator.bucket.everything()).toEqual([]);
    });

    it('says so when nobody listens', async () => {
      const gone = storeOn(simulator, { endpoint: 'http://127.0.0.1:9' });
      await expect(gone.check()).rejects.toMatchObject({ failure: 'unreachable' });
      gone.close();
    });

    it('stops waiting for an answer that does not come', async () => {
      const hasty = storeOn(simulator, { attemptTimeoutMs: 100, maxAttempts: 2 });
      simulator.failNext('GET', { kind: 'hang' }, { kind: 'hang' });
      await expect(hasty.get('a')).rejects.toMatchObject({ failure: 'timeout' });
      expect(simulator.calls).toEqual(['GET a', 'GET a']);
      hasty.close();
    });

    it('stops waiting for a body that comes a byte at a time', async () => {
      await store.put('a', Buffer.alloc(100_000));
      const hasty = storeOn(simulator, { attemptTimeoutMs: 200, maxAttempts: 1 });
      simulator.failNext('GET', { kind: 'drip' });
      await expect(hasty.get('a')).rejects.toMatchObject({ failure: 'timeout' });
      hasty.close();
    });

    it('reads again when the connection dies inside the body', async () => {
      const large = Buffer.alloc(500_000, 7);
      await store.put('a', large);
      simulator.failNext('GET', { kind: 'reset_mid_body' }, { kind: 'reset_mid_body' });
      expect(Buffer.compare(await store.get('a'), large)).toBe(0);
    });
  });

  describe('when the server answers with the wrong bytes', () => {
    beforeEach(async () => {
      await store.put('a', bytes);
      await store.put('b', Buffer.from('somebody else'));
    });

    it.each([
      ["another object's", { kind: 'other_object', key: 'b' } as const],
      ['one bit changed', { kind: 'flip_byte' } as const],
      ['half of them', { kind: 'cut' } as const],
      ['far too many', { kind: 'flood', bytes: 256 * 1024 * 1024 } as const],
    ])('hands none of them out: %s', async (_name, fault) => {
      simulator.failNext('GET', fault);
      await expect(store.get('a')).rejects.toThrow(ObjectCorruptError);
    });
  });

  describe('when it is set up wrongly', () => {
    it.each([
      ['a wrong secret', { secretAccessKey: 'wrong' }, 'denied'],
      ['a wrong key id', { accessKeyId: 'WRONG' }, 'denied'],
      ['a wrong region', { region: 'us-east-1' }, 'misconfigured'],
      ['a bucket that is not there', { bucket: 'nothing-here' }, 'misconfigured'],
    ])('fails at once and says why: %s', async (_name, over, failure) => {
      const wrong = storeOn(simulator, over);
      for (const work of [wrong.put('a', bytes), wrong.get('a'), wrong.delete('a')]) {
        await expect(work).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError', failure });
      }
      await expect(wrong.check()).rejects.toThrow(ObjectStoreUnavailableError);
      expect(simulator.bucket.everything()).toEqual([]);
      wrong.close();
    });

    it('keeps secrets, addresses and responses out of its errors', async () => {
      const wrong = storeOn(simulator, { secretAccessKey: 'wrong-secret' });
      const caught: unknown = await wrong.get('a').catch((error: unknown) => error);
      const seen = JSON.stringify(caught, Object.getOwnPropertyNames(caught)) + String((caught as Error).cause);
      expect(seen).not.toMatch(/wrong-secret|Signature=|127\.0\.0\.1/);
      wrong.close();
    });
  });

  describe('with versions', () => {
    it('deletes what was overwritten, what a marker hides, and what was written before versioning', async () => {
      simulator.bucket.versioning = false;
      await store.put('a', bytes);
      simulator.bucket.versioning = true;
      for (let version = 0; version < 7; version += 1) await store.put('a', Buffer.from([version]));
      simulator.bucket.delete('a', undefined);
      await expect(store.get('a')).rejects.toThrow(ObjectNotFoundError);
      expect(simulator.bucket.everything()).toHaveLength(9);
      await store.delete('a');
      expect(simulator.bucket.everything()).toEqual([]);
    });

    it('lists an object that only exists behind a delete marker, so that a sweep can find it', async () => {
      await store.put('a', bytes);
      simulator.bucket.delete('a', undefined);
      const keys: string[] = [];
      for await (const { key } of store.list('')) keys.push(key);
      expect(keys).toEqual(['a']);
    });

    it('does not call an object deleted while the server keeps failing half-way', async () => {
      for (let version = 0; version < 4; version += 1) await store.put('a', Buffer.from([version]));
      const refused = { kind: 'error', status: 503, code: 'SlowDown' } as const;
      simulator.failNext('DELETE', refused, refused, refused);
      await expect(store.delete('a')).rejects.toThrow(ObjectStoreUnavailableError);
      await store.delete('a');
      expect(simulator.bucket.everything()).toEqual([]);
    });

    it('does not take a refused version listing for "no versions"', async () => {
      await store.put('a', bytes);
      simulator.failNext('VERSIONS', { kind: 'error', status: 403, code: 'AccessDenied' });
      await expect(store.delete('a')).rejects.toMatchObject({ failure: 'denied' });
    });
  });
});
