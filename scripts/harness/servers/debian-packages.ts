import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SYSTEM = '/etc/apt';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FETCH_TIMEOUT_MS = 300_000;
const APT_OUTPUT_BYTES = 10_000_000;
/** Never read by a server; a third of what the packages hold. */
const NOT_NEEDED = ['doc', 'man', 'locale', 'lintian', 'bash-completion'];

/**
 * Fetches Debian packages, and the dependencies this machine lacks, into an empty directory and unpacks them there. It
 * changes nothing of the system and needs no rights: apt is given lists and a cache of its own, asks the mirrors that this
 * machine asks, and checks signatures as ever. What a release of Debian lacks comes from its backports.
 *
 * @throws Error when there is no apt, or it cannot fetch them.
 */
export async function unpackDebianPackages(packages: readonly string[], directory: string): Promise<void> {
  const apt = join(directory, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  await copySources(join(apt, 'sources.d'));
  await writeFile(join(apt, 'preferences'), '');
  await runApt(apt, ['update']);
  await runApt(apt, ['install', '--yes', '--no-install-recommends', '--download-only', ...packages]);
  const archives = join(apt, 'cache', 'archives');
  for (const name of (await readdir(archives)).filter((entry) => entry.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', join(archives, name), directory]);
  }
  for (const name of NOT_NEEDED) await rm(join(directory, 'usr/share', name), { recursive: true, force: true });
  await rm(apt, { recursive: true });
}

/** The system's own sources, in one folder, and the backports of the release they are for. */
async function copySources(directory: string): Promise<void> {
  await mkdir(directory);
  await cp(join(SYSTEM, 'sources.list'), join(directory, 'system.list')).catch(() => undefined);
  const parts = join(SYSTEM, 'sources.list.d');
  for (const name of await readdir(parts).catch((): string[] => [])) await cp(join(parts, name), join(directory, name));
  const backports = await backportsOf(await debianRelease());
  if (backports) await writeFile(join(directory, 'backports.list'), backports);
}

/** `bookworm`; undefined on what is derived from Debian and has releases of its own. */
async function debianRelease(): Promise<string | undefined> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string): string | undefined => new RegExp(`^${name}="?([a-z0-9.]+)"?$`, 'm').exec(text)?.[1];
  return value('ID') === 'debian' ? value('VERSION_CODENAME') : undefined;
}

/** Beside the release itself, on the mirror it comes from. */
async function backportsOf(release: string | undefined): Promise<string | undefined> {
  if (!release) return undefined;
  const targets = ['indextargets', '--format', '$(SITE) $(RELEASE)', 'Created-By: Packages'];
  const { stdout } = await run('apt-get', targets).catch(() => ({ stdout: '' }));
  const [site] =
    stdout
      .split('\n')
      .find((line) => line.endsWith(` ${release}`))
      ?.split(' ') ?? [];
  return site && `deb [signed-by=${KEYS}] ${site} ${release}-backports main\n`;
}

async function runApt(apt: string, args: string[]): Promise<void> {
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(apt, 'sources.d'),
    'Dir::Etc::Preferences': join(apt, 'preferences'),
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::Cache': join(apt, 'cache'),
    // The locks are the system's, and nothing of the system is touched.
    'Debug::NoLocking': 'true',
    // As root, apt would hand the download to a user who may not write here.
    'APT::Sandbox::User': '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  try {
    await run('apt-get', [...options, ...args], {
      timeout: FETCH_TIMEOUT_MS,
      maxBuffer: APT_OUTPUT_BYTES,
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`apt-get ${args[0]} failed: ${(stderr || message).trim()}`, { cause: error });
  }
}
