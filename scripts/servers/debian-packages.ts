import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MIRROR = 'http://deb.debian.org';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FETCH_TIMEOUT_MS = 300_000;
const APT_OUTPUT_BYTES = 10_000_000;
/** Never read by a server; a third of what the packages hold. */
const NOT_NEEDED = ['doc', 'man', 'locale', 'lintian', 'bash-completion'];

/**
 * Fetches Debian packages, and the dependencies this machine lacks, into an empty directory and unpacks them there. It
 * changes nothing of the system and needs no rights: apt is given lists and a cache of its own, and checks signatures
 * as ever. Newer servers come from the release's backports.
 *
 * @throws Error when this is no Debian, or apt cannot fetch them.
 */
export async function unpackDebianPackages(packages: readonly string[], directory: string): Promise<void> {
  const apt = join(directory, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(join(apt, 'sources.list'), sources(await debianRelease()));
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

/** `bookworm` – the release that the libraries of this machine belong to. */
async function debianRelease(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (name: string): string | undefined => new RegExp(`^${name}="?([a-z0-9.]+)"?$`, 'm').exec(text)?.[1];
  const release = value('VERSION_CODENAME');
  if (value('ID') !== 'debian' || !release) throw new Error('packages are fetched on Debian only');
  return release;
}

function sources(release: string): string {
  const from = (path: string, suite: string): string => `deb [signed-by=${KEYS}] ${MIRROR}/${path} ${suite} main\n`;
  return [
    from('debian', release),
    from('debian', `${release}-updates`),
    from('debian', `${release}-backports`),
    from('debian-security', `${release}-security`),
  ].join('');
}

async function runApt(apt: string, args: string[]): Promise<void> {
  const settings = {
    'Dir::Etc::SourceList': join(apt, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
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
