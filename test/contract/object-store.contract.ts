import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidObjectKeyError } from '../../src/platform/storage/object-key.js';
import { ObjectCorruptError, ObjectNotFoundError } from '../../src/platform/storage/object-store.errors.js';
import { MAX_OBJECT_BYTES, type ObjectStore } from '../../src/platform/storage/object-store.port.js';

export interface StoreUnderTest {
  store: ObjectStore;
  /** A second, independent handle on the same place, as another process would have. */
  reopen(): ObjectStore;
  /** Puts the stored form of `from` in the place of `to`, behind the store's back. */
  swap(from: string, to: string): Promise<void>;
  /** Everything that physically exists, by any name, temporary files and hidden versions included. */
  countPhysical(): Promise<number>;
  dispose(): Promise<void>;
}

export const UNSAFE_KEYS = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  './a',
  'a/.',
  'a/./b',
  '.partial/a',
  'a.object',
  'a.b',
  'A',
  'a b',
  'a\\b',
  'a\0',
  'a\n',
  '\na',
  'a%2e',
  '%2e%2e/a',
  'ä',
  'a?b',
  'a#b',
  'a:b',
  'c:a',
  '~',
  '~/a',
  'a*',
  '${a}',
  '`a`',
  '\u202ea',
  'ａ',
  '....//a',
  '..%2f',
  '%00',
  'a;b',
  "a'b",
  'a"b',
  'a'.repeat(201),
];

/** What every `ObjectStore` must do. Called by each adapter's own spec. */
export function objectStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`object store contract: ${name}`, () => {
    let place: StoreUnderTest;
    let store: ObjectStore;

    beforeEach(async () => {
      place = await makeStore();
      store = place.store;
    });
    afterEach(() => place.dispose());

    describeBytes(() => place);
    describeListing(() => place);

    it('takes no key that could mean anything to a file system, a URL or a shell', async () => {
      for (const key of UNSAFE_KEYS) {
        await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(InvalidObjectKeyError);
        await expect(store.get(key)).rejects.toThrow(InvalidObjectKeyError);
        await expect(store.delete(key)).rejects.toThrow(InvalidObjectKeyError);
      }
      expect(await place.countPhysical()).toBe(0);
    });

    it('says that it can be used', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

function describeBytes(place: () => StoreUnderTest): void {
  it.each([0, 1, 35, 36, 37, 65_536, 3_000_001])(
    'gives %i bytes back as they were, to another handle too',
    async (size) => {
      const bytes = new Uint8Array(randomBytes(size));
      const { sha256 } = await place().store.put('ev/one', bytes);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const read = await place().reopen().get('ev/one', { sha256 });
      expect(Buffer.compare(read, bytes)).toBe(0);
      expect(Buffer.isBuffer(read)).toBe(false);
    },
  );

  it('refuses what is larger than it would read back', async () => {
    await expect(place().store.put('large', new Uint8Array(MAX_OBJECT_BYTES + 1))).rejects.toThrow(RangeError);
    expect(await place().countPhysical()).toBe(0);
  });

  it('knows nothing of a key that was never written', async () => {
    await place().store.put('a/b/c', Buffer.from('x'));
    for (const key of ['a', 'a/b', 'a/b/d', 'a/b/c/d', 'z']) {
      await expect(place().store.get(key)).rejects.toThrow(ObjectNotFoundError);
    }
  });

  it('takes the same object twice', async () => {
    await place().store.put('twice', Buffer.from('same'));
    await place().store.put('twice', Buffer.from('same'));
    expect(Buffer.from(await place().store.get('twice')).toString()).toBe('same');
  });

  it('refuses bytes that are not the ones the caller remembers', async () => {
    const { sha256 } = await place().store.put('slot', Buffer.from('first'));
    await place().store.put('slot', Buffer.from('second'));
    await expect(place().store.get('slot', { sha256 })).rejects.toThrow(ObjectCorruptError);
  });

  it("refuses another object's bytes under this key", async () => {
    await place().store.put('ev/ana', Buffer.from('picture of ana'));
    await place().store.put('ev/bea', Buffer.from('picture of bea'));
    await place().swap('ev/ana', 'ev/bea');
    await expect(place().store.get('ev/bea')).rejects.toThrow(ObjectCorruptError);
  });

  it('deletes every trace, and a second time nothing', async () => {
    await place().store.put('a/b', Buffer.from('1'));
    await place().store.put('a/b', Buffer.from('2'));
    await place().store.put('a/bc', Buffer.from('neighbour'));
    await place().store.delete('a/b');
    await place().store.delete('a/b');
    await place().store.delete('never/was');
    await expect(place().store.get('a/b')).rejects.toThrow(ObjectNotFoundError);
    expect(Buffer.from(await place().store.get('a/bc')).toString()).toBe('neighbour');
    await place().store.delete('a/bc');
    expect(await place().countPhysical()).toBe(0);
  });

  it('survives writers and deleters of neighbouring keys', async () => {
    const rounds = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      rounds.map(async (index) => {
        await place().store.put(`same/deep/${index}`, Buffer.from([index]));
        if (index % 2 === 0) await place().store.delete(`same/deep/${index}`);
      }),
    );
    const left = await keysOf(place().store, 'same/');
    expect(left).toHaveLength(10);
  });
}

function describeListing(place: () => StoreUnderTest): void {
  const keys = ['a', 'a-b', 'a/1', 'a/2', 'a/2/x', 'a/3', 'a0', 'a_b', 'b/1', 'c'];

  it('lists in byte order of keys, over pages, by prefix and from a cursor', async () => {
    for (const key of [...keys].reverse()) await place().store.put(key, Buffer.from(key));
    expect(await keysOf(place().store, '')).toEqual(keys);
    for (const prefix of ['a', 'a/', 'a/2', 'b/', 'zzz']) {
      expect(await keysOf(place().store, prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)));
    }
    for (const cursor of [...keys, '0', 'a/2/0', 'zzz']) {
      expect(await keysOf(place().store, '', cursor)).toEqual(keys.filter((key) => key > cursor));
      expect(await keysOf(place().store, 'a/', cursor)).toEqual(keys.filter((k) => k > cursor && k.startsWith('a/')));
    }
  });

  it('tells the size that was put and a recent time', async () => {
    await place().store.put('sized', Buffer.alloc(1234));
    const found = await first(place().store.list('sized'));
    expect(found).toMatchObject({ key: 'sized', size: 1234 });
    expect(Math.abs(Date.now() - (found?.modifiedAt.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('lists nothing of an empty store, and refuses unsafe prefixes and cursors', async () => {
    expect(await keysOf(place().store, '')).toEqual([]);
    await expect(keysOf(place().store, '../')).rejects.toThrow(InvalidObjectKeyError);
    await expect(keysOf(place().store, '', '../a')).rejects.toThrow(InvalidObjectKeyError);
  });
}

async function keysOf(store: ObjectStore, prefix: string, cursor?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, { cursor })) keys.push(key);
  return keys;
}

async function first<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}
