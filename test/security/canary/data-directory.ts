import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Files that are made for what is in them: the trial's own mailbox and keys, the pictures drawn of its people, and
 * PostgreSQL's files, which are asked by SQL.
 */
const MADE_FOR_IT =
  /^(demo-pictures\/|mail\.jsonl|keyring\.json|secrets\.json|ready\.json|postgres(-[^/]*)?\/|pgdata\/|cluster\/)|(^|\/)(base|pg_wal|pg_xact|global)\//;

export interface FoundFile {
  name: string;
  bytes: Buffer;
}

/** Every other file below a directory. The `ready` line holds the trial's own keys by contract and is left out. */
export function filesOf(directory: string): FoundFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(directory, path), path }))
    .filter(({ name }) => !MADE_FOR_IT.test(name))
    .map(({ name, path }) => ({
      name,
      bytes: name === 'stdout.log' ? withoutReadyLine(readFileSync(path)) : readFileSync(path),
    }));
}

function withoutReadyLine(bytes: Buffer): Buffer {
  const lines = bytes.toString('utf8').split('\n');
  return Buffer.from(lines.filter((line) => !line.startsWith('ready {')).join('\n'));
}

/** Files of secrets that somebody else on the machine could read. */
export function readableByOthers(directory: string): string[] {
  const files = ['mail.jsonl', 'keyring.json', 'secrets.json', 'ready.json', 'stdout.log', 'stderr.log'];
  return files.filter(
    (name) => existsSync(join(directory, name)) && (statSync(join(directory, name)).mode & 0o077) !== 0,
  );
}

/** Whether bytes begin like a picture: what is stored must not. */
export function looksLikePicture(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 4).toString('hex');
  return (
    /^ffd8ff|^89504e47|^52494646/.test(start) ||
    bytes.subarray(0, 4_096).includes('JFIF') ||
    bytes.subarray(0, 4_096).includes('Exif')
  );
}
