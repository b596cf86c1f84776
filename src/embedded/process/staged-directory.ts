import { lstatSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const MANIFEST = 'staged.json';
const MAX_NAMES = 20;
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

type Manifest = [path: string, bytes: number][];

export interface StageOptions {
  /** Where to put it. A directory that everybody may write to must have the sticky bit, as /tmp has. */
  base: string;
  /** Name that changes with the content, e.g. with the version of the package. */
  name: string;
  /** Fills the given empty directory. */
  fill: (directory: string) => Promise<void>;
}

/**
 * Gives a complete, world-readable copy of some files that only this user or root can change, made once per machine
 * and shared by all later processes; returns its path.
 *
 * Safe against other local users: a directory under the wanted name that belongs to somebody else, is a link, or can
 * be written by others is passed over for `<name>-2`, `<name>-3` … So is a copy that lost files, for example to a
 * cleaner of old temporary files; it is left alone, because another process may be running from it.
 * Safe against itself: each process fills a private directory and renames it; of two, the first wins.
 *
 * @throws Error when `base` is unsafe or all names are taken by unusable directories.
 */
export async function stageDirectory({ base, name, fill }: StageOptions): Promise<string> {
  await mkdir(base, { recursive: true });
  await assertSafeBase(base);
  for (let attempt = 1; attempt <= MAX_NAMES; attempt += 1) {
    const target = join(base, attempt === 1 ? name : `${name}-${attempt}`);
    if (await isUsable(target)) return target;
    if (await exists(target)) continue;
    if ((await build({ base, name, fill }, target)) || (await isUsable(target))) return target;
  }
  throw new Error(`Found no safe place for ${name} in ${base}: remove what belongs to other users there.`);
}

async function build({ base, name, fill }: StageOptions, target: string): Promise<boolean> {
  const partial = await mkdtemp(join(base, `${name}.partial-`));
  try {
    await removeAbandoned(base, name, partial);
    await fill(partial);
    const manifest = await seal(partial, partial);
    await writeFile(join(partial, MANIFEST), JSON.stringify(manifest), { mode: 0o644 });
    await chmod(join(partial, MANIFEST), 0o644);
    await rename(partial, target);
    return true;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/** Sets modes apart from any umask (read by all, written by the owner) and lists what is there. */
async function seal(root: string, directory: string): Promise<Manifest> {
  await chmod(directory, 0o755);
  const manifest: Manifest = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      manifest.push(...(await seal(root, path)));
      continue;
    }
    const { size, mode } = await lstat(path);
    if (entry.isFile()) await chmod(path, mode & 0o100 ? 0o755 : 0o644);
    manifest.push([relative(root, path), size]);
  }
  return manifest;
}

async function isUsable(directory: string): Promise<boolean> {
  try {
    const { uid, mode } = await lstat(directory).then((found) => {
      if (!found.isDirectory()) throw new Error('not a directory');
      return found;
    });
    if ((uid !== 0 && uid !== process.getuid?.()) || mode & 0o022) return false;
    const manifest = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as Manifest;
    // Synchronous on purpose: a thousand files take a few milliseconds, through the thread pool ten times that.
    return manifest.every(([path, bytes]) => lstatSync(join(directory, path)).size === bytes);
  } catch {
    return false;
  }
}

async function assertSafeBase(base: string): Promise<void> {
  const { mode } = await stat(base);
  if (mode & 0o002 && !(mode & 0o1000)) {
    throw new Error(
      `${base} can be written by everybody and lacks the sticky bit: other users could swap files in it.`,
    );
  }
}

/** Removes what processes left behind that were killed while they filled a directory. */
async function removeAbandoned(base: string, name: string, mine: string): Promise<void> {
  const now = (await stat(mine)).mtimeMs;
  for (const entry of await readdir(base)) {
    const path = join(base, entry);
    if (!entry.startsWith(`${name}.partial-`) || path === mine) continue;
    const found = await lstat(path).catch(() => undefined);
    if (!found || found.uid !== process.getuid?.() || now - found.mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
