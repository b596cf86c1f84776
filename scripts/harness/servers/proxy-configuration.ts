import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/platform/package-root/package-root.js';

export interface ProxyPlace {
  /** The one name it answers to. */
  publicHost: string;
  ports: { tls: number; plain: number };
  /** Where the two API processes listen. */
  apiPorts: readonly number[];
}

/**
 * Writes `deploy/nginx.conf`, the very file that compose mounts, into a folder with this machine's addresses and folders
 * in it, and the file with the public name beside it. Certificate and key are expected as `tls.crt` and `tls.key` there.
 * Requests are then logged into `access.log`. Gives back the configuration's path.
 */
export function writeProxyConfiguration(dataDir: string, { publicHost, ports, apiPorts }: ProxyPlace): string {
  const [first, second] = apiPorts;
  const configuration = readFileSync(packagePath('deploy/nginx.conf'), 'utf8')
    .replace('api-1:3000', `127.0.0.1:${first}`)
    .replace('api-2:3000', `127.0.0.1:${second}`)
    .replaceAll('listen 8443', `listen 127.0.0.1:${ports.tls}`)
    .replaceAll('listen 8080', `listen 127.0.0.1:${ports.plain}`)
    .replaceAll('/tmp/', `${dataDir}/`)
    .replaceAll('/etc/nginx/tls', dataDir)
    .replace('/dev/stdout', join(dataDir, 'access.log'));
  const template = readFileSync(packagePath('deploy/public-name.conf.template'), 'utf8');
  writeFileSync(join(dataDir, 'public-name.conf'), template.replace('${PUBLIC_HOST}', publicHost));
  const path = join(dataDir, 'nginx.conf');
  writeFileSync(path, configuration);
  return path;
}
