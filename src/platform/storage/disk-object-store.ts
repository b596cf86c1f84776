import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rmdir, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toDiskFailure } from './disk-failures.js';
import { errorCode } from './error-code.js';
import { DiskTree } from './disk-tree.js';
import { assertObjectKey, assertObjectPrefix, isObjectKey } from './object-key.js';
import { openObject, sealObject, sha256Hex, sizeInside } from './object-envelope.js';
import { ObjectCorruptError, ObjectNotFoundError, ObjectStoreUnavailableError } from './object-store.errors.js';
import { MAX_OBJECT_BYTES, type ObjectStore, type StoredObject } from './object-store.port.js';

const CREATE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
const DIRECTORY_RACES = 5;

export interface DiskObjectStoreOptions {
  /** Created with mode 0700 when absent. Nothing else may live in it. */
  directory: string;
}

/**
 * Stores objects as files, for one machine. A key `a/b` is the file `a/b.object`; the suffix keeps `a` and `a/b` apart.
 * Bytes are written to `.partial/` inside the same directory, synced, and renamed into place, so that a reader sees a
 * whole object or none. Symbolic links are refused wherever they are.
 */
export class DiskObjectStore implements ObjectStore {
  readonly #tree: DiskTree;
  #cleared = false;

  constructor(options: DiskObjectStoreOptions) {
    this.#tree = new DiskTree(options.directory);
  }

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    assertObjectKey(key);
    const sealed = sealObject(key, bytes);
    await mapped(async () => {
      await this.#tree.prepare();
      const partial = join(this.#tree.partials, randomBytes(16).toString('hex'));
      try {
        const writtenAt = await writeDurably(partial, sealed);
        await this.#removeAbandonedWrites(writtenAt);
        await this.#moveIntoPlace(partial, key);
      } catch (error) {
        await unlink(partial).catch(() => undefined);
        throw error;
      }
    });
    return { sha256: sha256Hex(bytes) };
  }

  async get(key: string, expected?: { sha256: string }): Promise<Uint8Array> {
    assertObjectKey(key);
    const stored = await mapped(async () => {
      if (!(await this.#tree.holdsDirectoriesOf(key))) throw new ObjectNotFoundError(key);
      return readWhole(this.#tree.fileOf(key), key);
    });
    return openObject(key, stored, expected);
  }

  async delete(key: string): Promise<void> {
    assertObjectKey(key);
    await mapped(async () => {
      if (!(await this.#tree.holdsDirectoriesOf(key))) return;
      const file = this.#tree.fileOf(key);
      try {
        await unlink(file);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return;
        throw error;
      }
      await this.#tree.sync(dirname(file));
      await this.#pruneEmpty(dirname(file));
    });
  }

  async *list(prefix: string, page: { cursor?: string } = {}): AsyncIterable<StoredObject> {
    assertObjectPrefix(prefix);
    if (page.cursor !== undefined) assertObjectKey(page.cursor);
    try {
      for await (const found of this.#tree.walk(prefix, page.cursor ?? '')) {
        if (isObjectKey(found.key))
          yield { key: found.key, size: sizeInside(found.bytes), modifiedAt: found.modifiedAt };
      }
    } catch (error) {
      throw toDiskFailure(error);
    }
  }

  async check(): Promise<void> {
    await mapped(async () => {
      await this.#tree.prepare();
      const { bavail, bsize } = await statfs(this.#tree.root);
      if (bavail * bsize < MAX_OBJECT_BYTES) throw new ObjectStoreUnavailableError('full', 'ENOSPC');
    });
  }

  /** A delete that prunes an emptied directory may win between our `mkdir` and our `rename`; then we start again. */
  async #moveIntoPlace(partial: string, key: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const directory = await this.#tree.ensureDirectoriesOf(key);
        await rename(partial, this.#tree.fileOf(key));
        return await this.#tree.sync(directory);
      } catch (error) {
        if (errorCode(error) !== 'ENOENT' || attempt === DIRECTORY_RACES) throw error;
      }
    }
  }

  /**
   * What a killed process left half-written, looked for once per process and measured by the file system's own clock.
   * Young files may belong to another process that is still writing.
   */
  async #removeAbandonedWrites(now: Date): Promise<void> {
    if (this.#cleared) return;
    this.#cleared = true;
    for (const name of await readdir(this.#tree.partials)) {
      const path = join(this.#tree.partials, name);
      const facts = await lstat(path).catch(() => undefined);
      if (facts && now.getTime() - facts.mtimeMs > ABANDONED_AFTER_MS) await unlink(path).catch(() => undefined);
    }
  }

  async #pruneEmpty(from: string): Promise<void> {
    for (let directory = from; directory !== this.#tree.root; directory = dirname(directory)) {
      try {
        await rmdir(directory);
      } catch {
        return;
      }
    }
  }
}

async function mapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDiskFailure(error);
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<Date> {
  const file = await open(path, CREATE_NEW, 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    return (await file.stat()).mtime;
  } finally {
    await file.close();
  }
}

async function readWhole(path: string, key: string): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    file = await open(path, READ);
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? new ObjectNotFoundError(key) : error;
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > MAX_OBJECT_BYTES + 1024) throw new ObjectCorruptError(key);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
