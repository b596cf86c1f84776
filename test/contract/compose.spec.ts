import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Environment } from '../../src/platform/config/environment.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
}

const compose = parse(readFileSync(packagePath('docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const OWN = ['api', 'worker', 'migrate'] as const;

/** No container engine is needed to see whether the file says what the service understands. */
describe('docker-compose.yml', () => {
  it('brings up PostgreSQL, Valkey, an S3 server and both processes', () => {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['postgres', 'valkey', 'objects', ...OWN]));
    expect(compose.services.valkey?.command).toEqual(
      expect.arrayContaining(['--maxmemory-policy', 'noeviction', '--appendonly']),
    );
  });

  it.each(OWN)('starts a source file that exists: %s', (name) => {
    const [program, file = ''] = compose.services[name]?.command ?? [];
    expect(program).toBe('node');
    expect(existsSync(packagePath(file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it.each(OWN)('sets only variables the service reads: %s', (name) => {
    for (const variable of Object.keys(compose.services[name]?.environment ?? {})) {
      expect(Object.keys(Environment.shape)).toContain(variable);
    }
  });

  it('names every dependency and volume it uses', () => {
    for (const service of Object.values(compose.services)) {
      for (const dependency of Object.keys(service.depends_on ?? {}))
        expect(compose.services).toHaveProperty(dependency);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        expect(
          source.startsWith('.')
            ? existsSync(packagePath(source)) || source === './keys' || source === '.'
            : source in compose.volumes,
        ).toBe(true);
      }
    }
  });

  it('holds no secret', () => {
    for (const [name, value] of Object.values(compose.services).flatMap((service) =>
      Object.entries(service.environment ?? {}),
    )) {
      if (/PASSWORD|SECRET|TOKEN|KEY_ID/.test(name)) expect(value).toMatch(/^\$\{/);
    }
  });
});
