import { existsSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { localEnvironment } from '../../providers/local/config.js';
import { PORTRAIT_PREFIX } from '../../src/directory/portraits.js';
import { EVIDENCE_PREFIX } from '../../src/identity-evidence/evidence-store.js';
import { Environment } from '../../src/platform/config/environment.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { inferenceMebibytes, mebibytes, OWN_MEBIBYTES } from '../support/memory-needed.js';

interface Service {
  image: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  env_file?: (string | { path: string; required: boolean })[];
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  networks?: string[] | Record<string, { ipv4_address?: string }>;
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  profiles?: string[];
  restart?: string;
  tmpfs?: string[];
  mem_limit?: string;
  logging?: { driver: string; options: Record<string, string> };
}

const compose = parse(readFileSync(packagePath('docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean; ipam?: { config: [{ subnet: string; ip_range: string }] } }>;
};
const PROCESSES = ['api-1', 'api-2', 'worker-1', 'worker-2'] as const;
const PROGRAMS = [...PROCESSES, 'migrate', 'decisions-replay'] as const;
const OWN = [...PROGRAMS, 'operator'] as const;
/** Made by whoever deploys; they hold secrets. */
const MADE_BY_HAND = ['./deploy/keys', './deploy/out', './deploy/tls'];

const networksOf = ({ networks = [] }: Service = { image: '' }): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);

const variablesOf = (name: string): string[] => Object.keys(compose.services[name]?.environment ?? {});

/** No container engine is needed to see whether the file says what the service understands. */
describe('docker-compose.yml', () => {
  it('brings up two of each process, a proxy, PostgreSQL, Valkey and an S3 server', () => {
    const servers = ['proxy', 'postgres', 'valkey', 'objects', 'bucket'];
    expect(Object.keys(compose.services).sort()).toEqual([...OWN, ...servers].sort());
    expect(compose.services.valkey?.command).toEqual(
      expect.arrayContaining(['--maxmemory-policy', 'noeviction', '--appendonly']),
    );
  });

  it.each(PROGRAMS)('starts a source file that exists: %s', (name) => {
    const [program, file = ''] = compose.services[name]?.command ?? [];
    expect(program).toBe('node');
    expect(existsSync(packagePath(file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it.each(OWN)('sets only variables the service reads: %s', (name) => {
    for (const variable of Object.keys(compose.services[name]?.environment ?? {})) {
      expect(Object.keys(Environment.shape)).toContain(variable);
    }
  });

  it.each(OWN)('runs with a read-only root and no capability: %s', (name) => {
    expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it.each(['postgres', 'valkey', 'objects', 'proxy'])(
    'takes every capability that it does not need from a server: %s',
    (name) => {
      const { cap_drop, cap_add = [], security_opt } = compose.services[name] ?? {};
      expect({ cap_drop, security_opt }).toEqual({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(cap_add).toEqual(name === 'postgres' ? ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] : []);
    },
  );

  it.each(Object.keys(compose.services))('keeps a bounded number of log lines: %s', (name) => {
    expect(compose.services[name]?.logging).toEqual({
      driver: 'local',
      options: { 'max-size': '50m', 'max-file': '5' },
    });
  });

  it('gives an operator’s command, and no process, a folder to write a new key ring into', () => {
    const writable = Object.entries(compose.services).filter(([, { volumes = [] }]) =>
      volumes.some((volume) => volume.startsWith('./') && !volume.endsWith(':ro')),
    );
    expect(writable.map(([name, { volumes }]) => [name, volumes])).toEqual([
      ['operator', ['./deploy/keys:/keys:ro', './deploy/out:/out']],
    ]);
    for (const page of ['operating', 'runbook'])
      expect(readFileSync(packagePath(`docs/${page}.md`), 'utf8')).toContain('--out /out/new.json');
  });

  it('is upgraded process by process, as the documents say', () => {
    const docs = readFileSync(packagePath('docs/operating.md'), 'utf8');
    const steps = [...docs.matchAll(/docker compose up -d --no-deps --wait ([\w-]+)/g)].map(([, name]) => name);
    expect(steps).toEqual(['worker-1', 'worker-2', 'api-1', 'api-2']);
    expect(docs.indexOf('docker compose run --rm migrate')).toBeLessThan(docs.indexOf('--wait worker-1'));
  });

  it('waits for a server until it answers', () => {
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy')
          expect([name, compose.services[name]?.healthcheck]).toEqual([name, expect.anything()]);
        else
          expect([name, condition]).toEqual([
            expect.stringMatching(/^(migrate|bucket)$/),
            'service_completed_successfully',
          ]);
      }
    }
  });

  it('asks PostgreSQL over the network: its image answers on the socket before it has what it was made for', () => {
    expect(compose.services.postgres?.healthcheck?.test).toEqual([
      'CMD-SHELL',
      'pg_isready -h 127.0.0.1 -U postgres -d regain',
    ]);
  });

  it('lets an API process go on until the proxy has noticed that it stops', () => {
    for (const name of ['api-1', 'api-2'])
      expect(compose.services[name]?.environment?.DRAIN_SECONDS).toBe('${DRAIN_SECONDS:-3}');
  });

  it('gives the owner of the schema to the migration, and to an operator’s commands while they run', () => {
    const owners = OWN.filter((name) => compose.services[name]?.environment?.DATABASE_OWNER_URL);
    expect(owners).toEqual(['migrate', 'operator']);
    expect(compose.services.operator).toMatchObject({ profiles: ['operator'], restart: 'no', entrypoint: ['regain'] });
    const docs = readFileSync(packagePath('docs/operating.md'), 'utf8');
    expect(docs).toContain('docker compose --profile operator run --rm operator ');
  });

  it('gives the API nothing of the queue and of mail, and workers nothing of the staff’s sign-in', () => {
    for (const name of ['api-1', 'api-2']) {
      expect(variablesOf(name)).not.toEqual(expect.arrayContaining([expect.stringMatching(/REDIS|SMTP|MAIL/)]));
      expect(networksOf(compose.services[name])).not.toContain('queue');
      expect(compose.services[name]?.env_file).toContainEqual({ path: '.env.production.api', required: false });
    }
    for (const name of ['worker-1', 'worker-2']) {
      expect(variablesOf(name)).toEqual(expect.arrayContaining(['REDIS_URL', 'SMTP_URL']));
      expect(compose.services[name]?.env_file).toEqual(['.env.production']);
    }
    // An operator's command may be of either.
    expect(variablesOf('operator')).toEqual(expect.arrayContaining(variablesOf('worker-1')));
    expect(compose.services.operator?.env_file).toEqual(compose.services['api-1']?.env_file);
  });

  it('gives each API process an address that stays, for nginx looks its name up once', () => {
    const [{ subnet, ip_range: others } = { subnet: '', ip_range: '' }] = compose.networks.edge?.ipam?.config ?? [];
    const whole = subnetOf(subnet);
    const addresses = ['api-1', 'api-2'].map((name) => {
      const { networks } = compose.services[name] ?? {};
      return Array.isArray(networks) ? '' : (networks?.edge?.ipv4_address ?? '');
    });
    expect(new Set(addresses).size).toBe(2);
    for (const address of addresses) {
      expect([address, whole.check(address), subnetOf(others).check(address)]).toEqual([address, true, false]);
    }
  });

  it.each([
    ['migrate', 'DATABASE_OWNER_URL'],
    ['decisions-replay', 'DATABASE_URL'],
  ])('gives %s one secret and no other: %s', (name, variable) => {
    const { environment = {}, env_file, volumes } = compose.services[name] ?? {};
    expect({ variables: Object.keys(environment), env_file, volumes }).toEqual({
      variables: [variable],
      env_file: [],
      volumes: [],
    });
  });

  it('takes decisions again when cron asks, once, and not whenever everything is brought up', () => {
    const replay = compose.services['decisions-replay'];
    expect(replay).toMatchObject({ profiles: ['nightly'], restart: 'no', volumes: [], networks: ['inside'] });
    expect(replay?.command?.slice(-2)).toEqual(['decisions', 'replay']);
    const docs = readFileSync(packagePath('docs/operating.md'), 'utf8');
    expect(docs).toContain('docker compose --profile nightly run --rm decisions-replay');
  });

  it('lets in through the proxy alone, and keeps the servers where nothing leaves', () => {
    const published = Object.entries(compose.services).filter(([, service]) => service.ports);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([['proxy', ['443:8443', '80:8080']]]);
    for (const name of ['postgres', 'objects']) expect(compose.services[name]?.networks).toEqual(['inside']);
    expect(compose.services.valkey?.networks).toEqual(['queue']);
    expect(compose.networks).toMatchObject({ inside: { internal: true }, queue: { internal: true } });
    expect(compose.services.proxy?.networks).toEqual(['edge']);
  });

  it('names every dependency, network and volume it uses, and a version of every image', () => {
    for (const service of Object.values(compose.services)) {
      for (const dependency of Object.keys(service.depends_on ?? {}))
        expect(compose.services).toHaveProperty(dependency);
      for (const network of networksOf(service)) expect(compose.networks).toHaveProperty(network);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        const known = MADE_BY_HAND.includes(source) || (source.startsWith('.') && existsSync(packagePath(source)));
        expect([source, known || source in compose.volumes]).toEqual([source, true]);
      }
      if (!service.image.includes('REGAIN_IMAGE')) expect(service.image).toMatch(/:(?!latest)[\w.-]+\}?$/);
    }
  });

  it('waits for a condition that the other service can meet', () => {
    for (const { depends_on } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
        const checked = compose.services[name]?.healthcheck !== undefined || OWN.some((own) => own === name);
        if (condition === 'service_healthy') expect([name, checked]).toEqual([name, true]);
      }
    }
  });

  it('has git leave alone whatever it asks to be made in this folder: passwords, the key ring, the proxy’s key', () => {
    const rules = readFileSync(packagePath('.gitignore'), 'utf8').split('\n');
    const files = Object.values(compose.services).flatMap(({ env_file = [] }) => env_file);
    const named = files.map((file) => (typeof file === 'string' ? file : file.path));
    for (const name of ['.env', ...named]) expect(name).toMatch(/^\.env/);
    const folders = MADE_BY_HAND.map((folder) => `${folder.slice(1)}/`);
    // `keys new --out keyring.json`, and the files that Secrets are made of (the chart's README).
    expect(rules).toEqual(expect.arrayContaining(['.env*', ...folders, 'keyring*.json', '*.env']));
  });

  it('holds no secret', () => {
    for (const [name, value] of Object.values(compose.services).flatMap((service) =>
      Object.entries(service.environment ?? {}),
    )) {
      if (/PASSWORD|SECRET|TOKEN|KEY_ID|AUTH/.test(name)) expect(value).toMatch(/^\$\{/);
      // A password in a URL is a variable too.
      expect(value.replace(/\$\{[^}]*\}/g, '$')).not.toMatch(/:\/\/[^@/]*:[^$@]+@/);
    }
  });

  it('gives each process the time it takes to stop in order', () => {
    const longest = (file: string): number => {
      const [, milliseconds = ''] =
        /STOP_MS = ([\d_]+)/.exec(readFileSync(packagePath(`src/${file}.ts`), 'utf8')) ?? [];
      return Number(milliseconds.replaceAll('_', '')) / 1_000;
    };
    for (const name of OWN) {
      const [, seconds] = /^(\d+)s$/.exec(compose.services[name]?.stop_grace_period ?? '') ?? [];
      expect(Number(seconds)).toBeGreaterThan(longest(name.startsWith('api') ? 'main' : 'worker'));
    }
  });

  it('lets a process fill no more than a part of the memory with files', () => {
    const written = Object.values(compose.services).filter(({ read_only }) => read_only);
    for (const { tmpfs } of written) expect(tmpfs).toEqual([expect.stringMatching(/^\/tmp:size=\d+m$/)]);
  });

  it.each(['api-1', 'api-2', 'worker-1', 'worker-2'])(
    'gives a process the memory that it, its pictures and its checks may take: %s',
    (name) => {
      const { mem_limit, tmpfs } = compose.services[name] ?? {};
      const [, limit] = /^\$\{REGAIN_MEMORY_LIMIT:-(\d+g)\}$/.exec(mem_limit ?? '') ?? [];
      const [, files] = /size=(\d+m)$/.exec(tmpfs?.[0] ?? '') ?? [];
      const { most } = inferenceMebibytes(localEnvironment.parse({}));
      expect(mebibytes(limit)).toBeGreaterThanOrEqual(OWN_MEBIBYTES + mebibytes(files) + most);
    },
  );

  it('asks a process whether it can answer, and the proxy for an answer of one', () => {
    for (const name of ['api-1', 'api-2']) {
      expect(compose.services[name]?.healthcheck?.test.join(' ')).toContain('/health/ready');
    }
    const [, asked = ''] = compose.services.proxy?.healthcheck?.test ?? [];
    const [, file = ''] = /:8443\/(assets\/[^"]+)"$/.exec(asked) ?? [];
    expect([file, existsSync(packagePath(`web/${file}`))]).toEqual([expect.stringContaining('assets/'), true]);
  });

  it('gives workers and API an account each of the object store, and neither the root account', () => {
    const rooted = Object.entries(compose.services).filter(([, { environment }]) => environment?.MINIO_ROOT_PASSWORD);
    expect(rooted.map(([name]) => name).sort()).toEqual(['bucket', 'objects']);
    const accountOf = (name: string) => compose.services[name]?.environment?.S3_ACCESS_KEY_ID;
    expect(['objects', 'worker-1', 'api-1', 'operator'].map(accountOf)).toEqual([
      undefined,
      '${S3_ACCESS_KEY_ID:?}',
      '${API_S3_ACCESS_KEY_ID:?}',
      '${S3_ACCESS_KEY_ID:?}',
    ]);
    const { environment = {}, volumes } = compose.services.bucket ?? {};
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(['API_S3_ACCESS_KEY_ID', 'S3_ACCESS_KEY_ID']));
    expect(volumes).toContain('./deploy/object-store-policy-api.json:/policy-api.json:ro');
  });

  it('lets the workers’ account do what the store needs, in this bucket alone', () => {
    const Statement = policyStatements('object-store-policy.json');
    const [, needed = ''] =
      /\*\*S3 permissions\.\*\*([^]*?)\. /.exec(readFileSync(packagePath('src/platform/storage/README.md'), 'utf8')) ??
      [];
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions).toEqual([...needed.matchAll(/`(s3:\w+)`/g)].map(([, action]) => action));
    for (const { Effect, Resource } of Statement) {
      expect([Effect, Resource]).toEqual(['Allow', [expect.stringMatching(/^arn:aws:s3:::regain(\/\*)?$/)]]);
    }
  });

  it('lets the API’s account change pictures (and what doctor tries with) alone, and read what tells of a database that was set back', () => {
    const changing = /Put|Delete/;
    const Statement = policyStatements('object-store-policy-api.json');
    const places = (of: typeof Statement) => of.flatMap(({ Resource }) => Resource);
    const changed = Statement.filter(({ Action }) => Action.some((action) => changing.test(action)));
    const changeable = [`${EVIDENCE_PREFIX}*`, `${PORTRAIT_PREFIX}*`, 'doctor/probe'];
    expect(places(changed)).toEqual(changeable.map((key) => `arn:aws:s3:::regain/${key}`));
    const read = Statement.filter(
      ({ Action }) => Action.includes('s3:GetObject') && !changed.some((one) => one.Action === Action),
    );
    expect(places(read)).toEqual(['arn:aws:s3:::regain/checkpoints/*']);
    expect(JSON.stringify(Statement)).not.toMatch(/tombstones|"Deny"|regain\/\*/);
  });
});

function policyStatements(file: string): { Effect: string; Action: string[]; Resource: string[] }[] {
  const { Statement } = JSON.parse(readFileSync(packagePath(`deploy/${file}`), 'utf8')) as {
    Statement: { Effect: string; Action: string[]; Resource: string[] }[];
  };
  return Statement;
}

function subnetOf(cidr: string): BlockList {
  const [network = '', bits] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits));
  return list;
}
