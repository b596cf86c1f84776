import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { stageDirectory } from '../../../src/embedded/process/index.js';

const run = promisify(execFile);
const decompress = promisify(brotliDecompress);

/**
 * The package's own configuration names folders of AWS Lambda. Its Open Sans is enough for a machine without fonts;
 * `relative` is relative to this file.
 */
const FONT_CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

export interface BundledChromium {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * Unpacks the headless Chromium that the npm package `@sparticuz/chromium` carries, once per checkout, into
 * `.cache/` (else the folder for temporary files): 215 MB, about four seconds. It brings NSS and expat with it, which
 * the package itself uses on AWS only; with them on the library path it needs nothing but glibc and libgcc, which
 * Node needs too. We do not use the package's own unpacker: it writes to fixed names in a shared folder and takes
 * whatever is already there.
 *
 * @throws Error when the package is missing, or cannot be unpacked anywhere.
 */
export async function unpackBundledChromium(): Promise<BundledChromium> {
  const bin = join(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))), 'bin');
  const { version } = JSON.parse(await readFile(join(bin, '..', 'package.json'), 'utf8')) as { version: string };
  const directory = await stageSomewhere(`chromium-${version}-${process.platform}-${process.arch}`, bin);
  return {
    executablePath: join(directory, 'chromium'),
    env: { LD_LIBRARY_PATH: join(directory, 'lib'), FONTCONFIG_FILE: join(directory, 'fonts.conf') },
  };
}

async function stageSomewhere(name: string, bin: string): Promise<string> {
  const failures: string[] = [];
  const places = [
    { base: join(await checkoutFolder(), '.cache'), name },
    { base: tmpdir(), name: `regain-${name}-${process.getuid?.()}` },
  ];
  for (const place of places) {
    try {
      return await stageDirectory({ ...place, fill: (directory) => unpack(bin, directory) });
    } catch (error) {
      failures.push(`${place.base}: ${(error as Error).message}`);
    }
  }
  throw new Error(`@sparticuz/chromium cannot be unpacked: ${failures.join('; ')}`);
}

async function unpack(bin: string, directory: string): Promise<void> {
  await Promise.all([
    pipeline(
      createReadStream(join(bin, 'chromium.br')),
      createBrotliDecompress({ chunkSize: 1 << 20 }),
      createWriteStream(join(directory, 'chromium'), { mode: 0o755 }),
    ),
    unpackTar(bin, 'al2023.tar', directory),
    unpackTar(bin, 'fonts.tar', directory),
  ]);
  await writeFile(join(directory, 'fonts.conf'), FONT_CONFIGURATION);
  // Chromium makes this folder beside itself when it may: made here, all users see the same.
  await mkdir(join(directory, 'locales'));
}

/**
 * With the system's tar, which Debian counts as essential. From a file: tar stops reading at the end mark, which
 * breaks a pipe now and then.
 */
async function unpackTar(bin: string, name: string, directory: string): Promise<void> {
  const archive = join(directory, name);
  await writeFile(archive, await decompress(await readFile(join(bin, `${name}.br`))));
  await run('tar', ['-x', '--no-same-owner', '-f', archive, '-C', directory]);
  await rm(archive);
}

/** The nearest folder above with a package.json: the checkout, seen from the sources and from `dist`. */
async function checkoutFolder(): Promise<string> {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let directory = start; directory !== dirname(directory); directory = dirname(directory)) {
    const found = await readFile(join(directory, 'package.json')).catch(() => undefined);
    if (found) return directory;
  }
  return start;
}
