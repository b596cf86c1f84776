import { open, rm } from 'node:fs/promises';
import type { KeyRingContent } from '../platform/crypto/key-ring.js';

/**
 * Puts a key ring into a new file that its owner alone can read. Never onto a terminal or through a shell's redirection: what
 * a log or a loose umask keeps of it is every secret there is.
 *
 * @param beforehand what has to have happened before there is anything in the file
 * @throws Error when something has that name already; what `beforehand` throws, and then there is no file
 */
export async function writeNewRing(
  path: string,
  content: KeyRingContent,
  beforehand: () => Promise<void> = async () => undefined,
): Promise<void> {
  if (path === '') throw new Error('--out FILE is needed: a key ring is not printed');
  const file = await open(path, 'wx', 0o600);
  try {
    await beforehand();
    await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
