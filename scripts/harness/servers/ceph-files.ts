import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerPrograms } from './server-programs.js';

const MEMORY_BYTES = 1 << 30;

export interface CephFiles {
  fsid: string;
  configuration: string;
  keyring: string;
  monitorMap: string;
  osdMap: string;
}

/** Writes the configuration of a throw-away cluster, and says where its other files will be. */
export async function writeCephFiles(cluster: {
  dataDir: string;
  programs: ServerPrograms;
  monitorPort: number;
}): Promise<CephFiles> {
  const { dataDir } = cluster;
  for (const name of ['mon', 'osd', 'run']) await mkdir(join(dataDir, name), { recursive: true });
  const files: CephFiles = {
    fsid: randomUUID(),
    configuration: join(dataDir, 'ceph.conf'),
    keyring: join(dataDir, 'keyring'),
    monitorMap: join(dataDir, 'monmap'),
    osdMap: join(dataDir, 'osdmap'),
  };
  const settings = { ...clusterSettings(cluster, files), ...pluginFolders(cluster.programs) };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  await writeFile(files.configuration, ['[global]', ...lines, ''].join('\n'), { mode: 0o600 });
  return files;
}

function clusterSettings(
  { dataDir, monitorPort }: { dataDir: string; monitorPort: number },
  { fsid, keyring }: CephFiles,
): Record<string, string | number> {
  return {
    fsid,
    keyring,
    mon_host: `v1:127.0.0.1:${monitorPort}`,
    mon_initial_members: 'a',
    public_addr: '127.0.0.1',
    ms_bind_msgr2: 'false',
    mon_data: join(dataDir, 'mon'),
    osd_data: join(dataDir, 'osd'),
    rgw_data: dataDir,
    run_dir: join(dataDir, 'run'),
    admin_socket: '',
    log_to_file: 'false',
    auth_cluster_required: 'none',
    auth_service_required: 'none',
    auth_client_required: 'none',
    osd_objectstore: 'memstore',
    memstore_device_bytes: MEMORY_BYTES,
    // The OSD stands in the first map; it must not ask for a place in it.
    osd_class_update_on_start: 'false',
    osd_crush_update_on_start: 'false',
    osd_crush_chooseleaf_type: 0,
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_pool_default_pg_num: 1,
    osd_pool_default_pg_autoscale_mode: 'off',
    rgw_rados_pool_pg_num_min: 1,
    mon_allow_pool_size_one: 'true',
    // Each of a dozen pools waits for a proposal of the monitor: a second by default.
    paxos_propose_interval: 0.05,
    paxos_min_wait: 0.02,
    mon_tick_interval: 1,
  };
}

/** Where Ceph loads its parts from, when it is not installed where it was built for. */
function pluginFolders({ root, env }: ServerPrograms): Record<string, string> {
  if (root === undefined) return {};
  const libraries = (env.LD_LIBRARY_PATH ?? '').split(':')[0] ?? '';
  return {
    plugin_dir: join(libraries, 'ceph'),
    erasure_code_dir: join(libraries, 'ceph', 'erasure-code'),
    osd_class_dir: join(libraries, 'rados-classes'),
  };
}
