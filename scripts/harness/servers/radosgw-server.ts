import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { writeCephFiles, type CephFiles } from './ceph-files.js';
import { findServerPrograms, type ServerPrograms } from './server-programs.js';
import { listens, ServerProcess } from './server-process.js';

const run = promisify(execFile);

const COMMAND_TIMEOUT_MS = 30_000;

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface RadosgwServer extends S3Credentials {
  endpoint: string;
  port: number;
  /** The S3 front; killing or pausing it leaves the objects alone. */
  process: ServerProcess;
  /** Another account, with keys of its own and no rights but those that somebody gives it. */
  addUser(uid: string): Promise<S3Credentials>;
  /** Ends the front and the cluster behind it; the objects are gone. */
  stop(): Promise<void>;
}

/**
 * Starts Ceph's S3 server, radosgw, on a throw-away cluster of one monitor and one OSD that keeps everything in memory
 * (`memstore`). Ceph's own authentication is off: it listens on 127.0.0.1 and lives as long as a test. The monitor
 * starts from a map that knows the OSD already, so that no manager and no `ceph` command are needed
 * (https://docs.ceph.com/en/pacific/man/8/osdmaptool/).
 */
export async function startRadosgw(options: {
  dataDir: string;
  port?: number;
  credentials?: S3Credentials;
}): Promise<RadosgwServer> {
  const { dataDir, port = await pickFreePort(), credentials = newCredentials() } = options;
  const programs = await findServerPrograms('radosgw');
  const monitorPort = await pickFreePort();
  const files = await writeCephFiles({ dataDir, programs, monitorPort });
  const ceph = new CephCluster(programs, { dataDir, files });
  try {
    await ceph.makeMonitor(monitorPort);
    await ceph.start('ceph-mon', ['-i', 'a'], () => listens(monitorPort));
    await ceph.call('ceph-osd', '-i', '0', '--mkfs');
    await ceph.start('ceph-osd', ['-i', '0'], async () => true);
    const front = ['-n', 'client.rgw', `--rgw_frontends=beast endpoint=127.0.0.1:${port}`];
    const gateway = await ceph.start('radosgw', front, () => listens(port));
    await ceph.createUser('regain', credentials);
    const addUser = async (uid: string): Promise<S3Credentials> => {
      const own = newCredentials();
      await ceph.createUser(uid, own);
      return own;
    };
    const endpoint = `http://127.0.0.1:${port}`;
    return { endpoint, port, ...credentials, process: gateway, addUser, stop: () => ceph.stop() };
  } catch (error) {
    await ceph.stop();
    throw error;
  }
}

class CephCluster {
  readonly #daemons: ServerProcess[] = [];
  readonly #env: Record<string, string>;

  constructor(
    private readonly programs: ServerPrograms,
    private readonly place: { dataDir: string; files: CephFiles },
  ) {
    this.#env = { ...programs.env, CEPH_CONF: place.files.configuration };
  }

  async makeMonitor(port: number): Promise<void> {
    const { fsid, keyring, monitorMap, osdMap } = this.place.files;
    await this.call('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
    await this.call('monmaptool', '--create', '--addv', 'a', `v1:127.0.0.1:${port}`, '--fsid', fsid, monitorMap);
    await this.call('osdmaptool', '--createsimple', '1', '--clobber', osdMap);
    const maps = ['--monmap', monitorMap, '--osdmap', osdMap, '--keyring', keyring];
    await this.call('ceph-mon', '-i', 'a', '--mkfs', ...maps);
  }

  async createUser(uid: string, { accessKeyId, secretAccessKey }: S3Credentials): Promise<void> {
    const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    const user = ['user', 'create', `--uid=${uid}`, `--display-name=${uid}`, ...keys];
    await this.call('radosgw-admin', '-n', 'client.rgw', ...user);
  }

  async call(program: string, ...args: string[]): Promise<void> {
    const env = { LC_ALL: 'C', ...this.#env };
    await run(this.programs.path(program), args, { env, timeout: COMMAND_TIMEOUT_MS, cwd: '/' });
  }

  async start(name: string, args: string[], isReady: () => Promise<boolean>): Promise<ServerProcess> {
    const daemon = new ServerProcess({
      name,
      program: this.programs.path(name),
      args: [...args, '-f'],
      env: this.#env,
      logFile: join(this.place.dataDir, `${name}.log`),
      isReady,
    });
    this.#daemons.push(daemon);
    await daemon.start();
    return daemon;
  }

  /** The objects are in memory and go with it: nothing is worth an orderly end. */
  async stop(): Promise<void> {
    for (const daemon of this.#daemons.reverse()) await daemon.kill();
  }
}

function newCredentials(): S3Credentials {
  return {
    accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
}
