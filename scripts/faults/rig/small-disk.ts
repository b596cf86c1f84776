import { execFile, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CHUNK_BYTES = 1024 * 1024;
const ROOM_MB = 512;

/**
 * The folder of a database cluster on a file system of its own that can be filled up (tmpfs, which says `ENOSPC` as a disk
 * does). Needs the right to mount.
 */
export class SmallDisk {
  readonly #endWithUs = (): void => void spawnSync('umount', ['--lazy', this.folder]);

  private constructor(
    private readonly folder: string,
    private readonly log: string,
  ) {}

  /** Moves the folder of a stopped server there. @throws Error where mounting is not allowed */
  static async under(folder: string, log: string): Promise<SmallDisk> {
    const { uid, gid } = statSync(folder);
    const aside = `${folder}.aside`;
    await run('mv', [folder, aside]);
    await run('mkdir', [folder]);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${ROOM_MB}m,mode=0700,uid=${uid},gid=${gid}`, 'tmpfs', folder]);
    await run('cp', ['-a', `${aside}/.`, folder]);
    await run('rm', ['-r', aside]);
    const disk = new SmallDisk(folder, log);
    process.once('exit', disk.#endWithUs);
    return disk;
  }

  /** Leaves no byte. */
  fill(): void {
    const file = openSync(this.filler, 'w');
    try {
      for (let bytes = CHUNK_BYTES; bytes >= 1;)
        try {
          writeSync(file, Buffer.alloc(bytes));
        } catch {
          bytes = Math.floor(bytes / 2);
        }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.filler, { force: true });
  }

  /** How often the server said so far that there was no room. */
  get errors(): number {
    return readFileSync(this.log, 'utf8').split('No space left on device').length - 1;
  }

  async unmount(): Promise<void> {
    process.off('exit', this.#endWithUs);
    await run('umount', [this.folder]);
  }

  private get filler(): string {
    return join(this.folder, 'filler');
  }
}
