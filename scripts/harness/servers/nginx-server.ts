import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findServerPrograms } from './server-programs.js';
import { listens, ServerProcess } from './server-process.js';

export interface NginxOptions {
  /** Made when it does not exist; relative paths of the configuration are relative to it. */
  dataDir: string;
  configurationFile: string;
  /** One that the configuration listens on: it is ready when this one answers. */
  port: number;
}

/** Starts a real nginx on a configuration file. */
export async function startNginx({ dataDir, configurationFile, port }: NginxOptions): Promise<ServerProcess> {
  const programs = await findServerPrograms('nginx');
  await mkdir(dataDir, { recursive: true });
  const server = new ServerProcess({
    name: 'nginx',
    program: programs.path('nginx'),
    args: ['-p', dataDir, '-c', configurationFile, '-e', 'stderr', '-g', 'daemon off;'],
    env: programs.env,
    logFile: join(dataDir, 'nginx.log'),
    isReady: () => listens(port),
    stopSignal: 'SIGQUIT',
  });
  await server.start();
  return server;
}
