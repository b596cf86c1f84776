import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode } from './error-code.js';
import { ObjectStoreUnavailableError } from './object-store.errors.js';

const OBJECT_SUFFIX = '.object';
const PARTIALS = '.partial';
const PRIVATE_DIRECTORY = 0o700;

interface FoundFile {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

/** Maps keys to paths for `DiskObjectStore`, and is the one place that walks and checks them. */
export class DiskTree {
  #root: string;
  #ready: Promise<void> | undefined;

  constructor(directory: string) {
    this.#root = resolve(directory);
  }

  get root(): string {
    return this.#root;
  }

  /** Has a dot in its name, so it is no part of any key; on the same file system, so a rename out of it is atomic. */
  get partials(): string {
    return join(this.#root, PARTIALS);
  }

  fileOf(key: string): string {
    return join(this.#root, key + OBJECT_SUFFIX);
  }

  /** Creates what is missing, private to this user. The operator may give a link as root; it is resolved once. */
  async prepare(): Promise<void> {
    this.#ready ??= this.#create();
    try {
      await this.#ready;
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
    await assertDirectory(this.partials);
  }

  async #create(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: PRIVATE_DIRECTORY });
    this.#root = await realpath(this.#root);
    await chmod(this.#root, PRIVATE_DIRECTORY);
    await makeDirectory(this.partials);
    await this.sync(this.#root);
  }

  /** @returns the directory the object's file belongs into, which now exists durably. */
  async ensureDirectoriesOf(key: string): Promise<string> {
    let directory = this.#root;
    for (const part of key.split('/').slice(0, -1)) {
      const child = join(directory, part);
      if (await makeDirectory(child)) await this.sync(directory);
      directory = child;
    }
    return directory;
  }

  /** False when there is no such directory, so no such object either. */
  async holdsDirectoriesOf(key: string): Promise<boolean> {
    await this.prepare();
    let directory = this.#root;
    for (const part of key.split('/').slice(0, -1)) {
      directory = join(directory, part);
      try {
        await assertDirectory(directory);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return false;
        throw error;
      }
    }
    return true;
  }

  /** A rename or unlink is durable only once its directory is (fsync(2), notes). */
  async sync(directory: string): Promise<void> {
    const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Objects under `prefix` after the key `after`, in byte order of keys. Tolerates concurrent writes and deletes. */
  async *walk(prefix: string, after: string): AsyncGenerator<FoundFile> {
    await this.prepare();
    yield* this.#walkDirectory('', { prefix, after });
  }

  async *#walkDirectory(parent: string, wanted: { prefix: string; after: string }): AsyncGenerator<FoundFile> {
    for (const name of await this.#namesIn(parent)) {
      const start = parent + name;
      if (name.endsWith('/')) {
        const mayHold = start.startsWith(wanted.prefix) || wanted.prefix.startsWith(start);
        const isBehind = start < wanted.after && !wanted.after.startsWith(start);
        if (mayHold && !isBehind) yield* this.#walkDirectory(start, wanted);
      } else if (start.startsWith(wanted.prefix) && start > wanted.after) {
        const facts = await lstat(this.fileOf(start)).catch(absent);
        if (facts?.isFile()) yield { key: start, bytes: facts.size, modifiedAt: facts.mtime };
      }
    }
  }

  /** Names as parts of keys: a directory ends in a slash, a file has lost its suffix, everything else is left out. */
  async #namesIn(parent: string): Promise<string[]> {
    const entries = await readdir(join(this.#root, parent), { withFileTypes: true }).catch(absent);
    const names = (entries ?? []).flatMap((entry) => {
      if (entry.isDirectory()) return entry.name.includes('.') ? [] : [`${entry.name}/`];
      return entry.name.endsWith(OBJECT_SUFFIX) ? [entry.name.slice(0, -OBJECT_SUFFIX.length)] : [];
    });
    return names.sort((a, b) => (a < b ? -1 : 1));
  }
}

/** @returns true when it had to be created. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY });
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await assertDirectory(path);
    return false;
  }
}

async function assertDirectory(path: string): Promise<void> {
  const facts = await lstat(path);
  if (!facts.isDirectory()) throw new ObjectStoreUnavailableError('misconfigured', 'ENOTDIR');
}

function absent(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}
