import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { eventually } from '../../scripts/harness/eventually.js';
import {
  startPostgres,
  startPostgresStandby,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from '../../scripts/harness/servers/index.js';
import { writeAnchor } from '../../src/audit-trail/anchors.js';
import { appendAudit } from '../../src/audit-trail/append.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { lastCheckpoint } from '../../src/audit-trail/checkpoints.js';
import { sealHeads } from '../../src/audit-trail/seal-heads.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { DEMO_POLICY } from '../../src/embedded/seed.js';
import { readEnvironment } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { auditMacFindings } from '../../src/start-checks/audit-macs-check.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { databaseFindings } from '../../src/start-checks/database-check.js';
import { doctor, doctorReport } from '../../src/start-checks/doctor.js';
import type { Finding } from '../../src/start-checks/finding.js';
import { bucketOf } from '../../src/start-checks/object-store-check.js';
import { LIVING_POLICIES, policyFindings, type StoredDocument } from '../../src/start-checks/policy-check.js';
import { redisFindings } from '../../src/start-checks/redis-check.js';
import { S3Simulator } from '../support/s3-simulator.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const told = (findings: Finding[]): string[] => findings.map(({ verdict, detail }) => `${verdict}: ${detail}`);

describe('the database of a process that starts', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await openTestDatabase({ poolSize: 2 });
  });
  afterEach(() => test.close());

  it('is right for the application’s role on a migrated schema', async () => {
    const findings = await databaseFindings(test.appUrl);
    expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  });

  it('is refused to the owner and to a superuser', async () => {
    expect(told(await databaseFindings(test.ownerUrl))[0]).toMatch(/^fault: owns the schema/);
    expect(told(await databaseFindings(test.superuserUrl))[0]).toMatch(/^fault: is a superuser/);
  });

  it('is refused when it may forget what it committed', async () => {
    await test.asOwner(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`);
    expect(told(await databaseFindings(test.appUrl)).join()).toContain('fault: has synchronous_commit off');
  });

  it('is refused when the role may change the audit trail, or what was asked for once, after all (T56)', async () => {
    await test.asOwner('GRANT UPDATE, DELETE ON audit_events TO regain_app');
    await test.asOwner('GRANT UPDATE (signature) ON audit_checkpoints TO regain_app');
    await test.asOwner('GRANT DELETE ON legal_holds TO regain_app');
    await test.asOwner('GRANT UPDATE (paused_by) ON recovery_pauses TO regain_app');
    await test.asOwner('GRANT UPDATE ON session_deliveries TO regain_app');
    expect(told(await databaseFindings(test.appUrl))[0]).toBe(
      'fault: may change what is written once: audit_checkpoints (UPDATE), audit_events (DELETE), audit_events (UPDATE), ' +
        'legal_holds (DELETE), recovery_pauses (UPDATE), session_deliveries (UPDATE)',
    );
  });

  it('is refused when it is not migrated, half migrated, or made for builds that know more', async () => {
    await test.asOwner("INSERT INTO schema_migrations VALUES (9999, 'contract-9998-old', 'x')");
    expect(told(await databaseFindings(test.appUrl)).join()).toContain('fault: was made for builds that know');
    await test.asOwner('DELETE FROM schema_migrations WHERE version > 5');
    expect(told(await databaseFindings(test.appUrl)).join()).toContain('fault: lacks migration 6');
    await test.asOwner('DROP SCHEMA regain CASCADE');
    expect(told(await databaseFindings(test.appUrl)).join()).toContain('fault: is not migrated');
  });

  it('is refused with a profile of a demonstration in it', async () => {
    const document = JSON.stringify({ ...DEMO_POLICY, providers: ['local'] });
    await test.asOwner(`BEGIN; INSERT INTO policies (id, version, priority) VALUES ('pol_1', 1, 0);
      INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES ('pol_1', 1, '${document}', 'x'); COMMIT`);
    const findings = await databaseFindings(test.appUrl, async (client) => {
      const { rows } = await client.query<StoredDocument>(LIVING_POLICIES);
      return policyFindings(rows, []);
    });
    const ofPolicy = findings.filter(({ subject }) => subject === 'policy pol_1');
    expect(told(ofPolicy)).toEqual(
      expect.arrayContaining([
        'warning: /providers/0 this deployment does not load it',
        'fault: /allowSpecimens specimens are for demonstrations',
      ]),
    );
  });

  it('that does not answer is a fault of its own', async () => {
    const findings = await databaseFindings('postgresql://regain_app@127.0.0.1:1/regain');
    expect(told(findings)).toEqual(['fault: cannot be used (ECONNREFUSED)']);
  });
});

describe('the database of a process that starts, with a standby', () => {
  let dataDir: string;
  let servers: PostgresServer[];
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regain-start-standby-'));
    chmodSync(dataDir, 0o711);
    const primary = await startPostgres({ dataDir: join(dataDir, 'primary') });
    const copy = { primary, dataDir: join(dataDir, 'standby'), followsAt: primary.port, name: 'standby' };
    servers = [primary, await startPostgresStandby(copy)];
    await asks(primary, 'CREATE ROLE regain_app LOGIN PASSWORD $$pw$$');
  }, 120_000);
  afterAll(async () => {
    for (const { process } of servers) await process.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const asks = async ({ superuserUrl }: PostgresServer, ...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: superuserUrl });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const findings = async (of: PostgresServer | undefined): Promise<string> => {
    const url = Object.assign(new URL(of?.superuserUrl ?? ''), { username: 'regain_app', password: 'pw' });
    return told(await databaseFindings(url.href)).join('\n');
  };

  it('is told when an answer does not wait for the standby that might take over', async () => {
    const [primary] = servers;
    if (!primary) throw new Error('there is no primary');
    const name = async (names: string): Promise<void> => {
      await asks(primary, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`, 'SELECT pg_reload_conf()');
    };
    const followed = /warning: has a standby that no commit waits for/;
    await eventually('a standby', async () => followed.test(await findings(primary)));
    await name('standby');
    await eventually('a standby that is waited for', async () => !followed.test(await findings(primary)));
    expect(await findings(primary)).not.toMatch(/wait/);
    await asks(primary, 'ALTER ROLE regain_app SET synchronous_commit = local');
    expect(await findings(primary)).toMatch(/fault: names standbys, but commits of this role do not wait for them/);
    await name('');
  });

  it('is refused when it is the standby', async () => {
    const seen = async (): Promise<boolean> => (await findings(servers[1])).includes('fault: takes no writes');
    await eventually('the refusal', seen);
  });
});

describe('the queue’s server of a process that starts', () => {
  let dataDir: string;
  let server: RedisServer;
  let operator: Redis;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regain-start-redis-'));
    server = await startRedis({ kind: 'redis', dataDir });
    operator = new Redis(server.url);
  });
  afterEach(async () => {
    await operator.config('SET', 'maxmemory-policy', 'noeviction');
    await operator.config('SET', 'appendonly', 'yes');
  });
  afterAll(async () => {
    operator.disconnect();
    await server.process.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const as = (user: string): string => server.url.replace('//', `//${user}:pw@`);

  it('is right when it evicts nothing and keeps a file', async () => {
    expect(told(await redisFindings(server.url))).toEqual(['ok: evicts nothing']);
  });

  it('is refused when it may throw jobs away (F14), and advised to keep a file', async () => {
    await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await operator.config('SET', 'appendonly', 'no');
    expect(told(await redisFindings(server.url))).toEqual([
      'fault: maxmemory-policy is allkeys-lru',
      expect.stringContaining('warning: keeps no append-only file'),
    ]);
  });

  it('is asked by INFO where CONFIG is forbidden, and refused where both are', async () => {
    await operator.acl('SETUSER', 'managed', 'on', '>pw', '~*', '&*', '+@all', '-config');
    expect(told(await redisFindings(as('managed')))).toEqual(['ok: evicts nothing']);
    await operator.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(told(await redisFindings(as('managed')))).toEqual(['fault: maxmemory-policy is volatile-lru']);
    await operator.acl('SETUSER', 'mute', 'on', '>pw', '~*', '&*', '+@all', '-config', '-info');
    expect(told(await redisFindings(as('mute')))).toEqual([
      expect.stringContaining('fault: maxmemory-policy cannot be verified'),
    ]);
  });

  it('is refused with a wrong password, and waited for when nobody answers (F13)', async () => {
    expect(told(await redisFindings(as('nobody')))).toEqual(['fault: the server refuses our sign-in']);
    expect(told(await redisFindings('redis://127.0.0.1:1'))).toEqual(['warning: cannot be reached']);
    expect(told(await redisFindings('redis://127.0.0.1:1', 'fault'))).toEqual(['fault: cannot be reached']);
  });
});

describe('a production process', () => {
  let test: TestDatabase;
  let dataDir: string;
  let redis: RedisServer;
  let bucket: S3Simulator;
  let right: Record<string, string>;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regain-start-'));
    test = await openTestDatabase({ poolSize: 2 });
    redis = await startRedis({ kind: 'redis', dataDir });
    bucket = await S3Simulator.start();
    const keyRingFile = join(dataDir, 'keyring.json');
    writeFileSync(keyRingFile, JSON.stringify(KeyRing.generate()), { mode: 0o600 });
    right = {
      PATH: process.env.PATH ?? '',
      REGAIN_PROFILE: 'production',
      ADMIN_TOKEN: 'pS4mVd0hQ8yX2kLw7rTz5bNc9fJg3aEu',
      PUBLIC_URL: 'https://recover.example.org',
      RP_ID: 'example.org',
      DATABASE_URL: test.appUrl,
      REDIS_URL: redis.url,
      S3_ENDPOINT: bucket.endpoint,
      S3_BUCKET: bucket.bucketName,
      S3_REGION: bucket.key.region,
      S3_ACCESS_KEY_ID: bucket.key.accessKeyId,
      S3_SECRET_ACCESS_KEY: bucket.key.secretAccessKey,
      SMTP_URL: 'smtps://mail.example.org',
      KEYRING_FILE: keyRingFile,
      STAFF_ISSUER: 'https://idp.example.org',
      STAFF_AUDIENCE: 'regain',
      STAFF_JWKS_URL: 'https://idp.example.org/jwks.json',
    };
  });
  afterAll(async () => {
    await redis.process.stop();
    await bucket.stop();
    await test.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function run(file: string, env: Record<string, string>, ...args: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [packagePath(`dist/src/${file}.js`), ...args], { env });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { out, err, code: code as number | null };
  }

  /** What a process says of its dependencies once it says anything. */
  async function dependencies(file: string): Promise<Record<string, string>> {
    const [port, adminPort] = [await pickFreePort(), await pickFreePort()];
    const env = { ...right, PORT: String(port), ADMIN_PORT: String(adminPort) };
    const child = spawn(process.execPath, [packagePath(`dist/src/${file}.js`)], { env, stdio: 'ignore' });
    const exited = once(child, 'exit');
    try {
      const answer = await eventually(
        `${file} answers`,
        () => fetch(`http://127.0.0.1:${adminPort}/health/ready`).catch(() => undefined),
        { timeoutMs: 50_000 },
      );
      return ((await answer.json()) as { dependencies: Record<string, string> }).dependencies;
    } finally {
      child.kill('SIGTERM');
      await exited;
    }
  }

  /** Everything that is called can be reached. */
  const all = async (): Promise<Finding[]> => [];

  // That the API is as careful is told by test/contract/image.spec.ts, which starts both.
  it('names every fault in one message and ends', async () => {
    const { code, err } = await run('worker', {
      ...right,
      ADMIN_TOKEN: 'change-me-change-me-change-me-change-me',
      PUBLIC_URL: 'http://recover.example.org',
      DATABASE_URL: test.ownerUrl,
      KEYRING_FILE: join(dataDir, 'nowhere.json'),
      REDIS_URL: redis.url.replace('//', '//nobody:nopw@'),
      S3_BUCKET: 'another',
      STAFF_JWKS_URL: 'http://idp.example.org/jwks.json',
      PROVIDERS: 'nobody',
    });
    expect(code).toBe(1);
    const faults = [...err.matchAll(/^ {2}- ([^:]+):/gm)].map(([, name]) => name);
    expect(new Set(faults)).toEqual(
      new Set([
        'PUBLIC_URL',
        'ADMIN_TOKEN',
        'STAFF_JWKS_URL',
        'KEYRING_FILE',
        'PROVIDERS',
        'DATABASE_URL',
        'REDIS_URL',
        'S3_ENDPOINT',
      ]),
    );
    expect(err.match(/could not start/g)).toHaveLength(1);
    expect(err).not.toMatch(/nopw|change-me/);
  });

  it('starts on real servers with what its role needs, and ends in order', async () => {
    const console = {
      STAFF_CLIENT_ID: 'console',
      STAFF_CLIENT_SECRET: 'pS4mVd0hQ8yX2kLw7rTz5bNc9fJg3aEu',
      STAFF_AUTHORIZATION_URL: 'https://idp.example.org/authorize',
      STAFF_TOKEN_URL: 'https://idp.example.org/token',
    };
    const ofApi = Object.entries({ ...right, ...console }).filter(([name]) => !/^(REDIS_URL|SMTP_URL)$/.test(name));
    const ended = ['main', 'worker'].map(async (file) => {
      const [port, adminPort] = [await pickFreePort(), await pickFreePort()];
      const env = {
        ...(file === 'main' ? Object.fromEntries(ofApi) : right),
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
      };
      const child = spawn(process.execPath, [packagePath(`dist/src/${file}.js`)], { env });
      const [said, exited] = [text(child.stderr), once(child, 'exit')];
      await eventually(
        `${file} is ready`,
        async () => {
          if (child.exitCode !== null) throw new Error(await said);
          const answer = await fetch(`http://127.0.0.1:${adminPort}/health/ready`).catch(() => undefined);
          return answer?.ok;
        },
        { timeoutMs: 50_000 },
      ).catch((error: unknown) => child.kill('SIGKILL') && Promise.reject(error as Error));
      child.kill('SIGTERM');
      const [code] = (await exited) as [number];
      expect([code, await said]).toEqual([0, expect.stringContaining('start_warning')]);
    });
    await Promise.all(ended);
  });

  it('is told the same by doctor, who ends with 2; and 0 where all is right', async () => {
    const wrong = await run('cli', { ...right, DATABASE_URL: test.ownerUrl }, 'doctor', '--json');
    const { healthy, findings } = JSON.parse(wrong.out) as { healthy: boolean; findings: Finding[] };
    const faults = findings.filter(({ verdict }) => verdict === 'fault').map(({ subject }) => subject);
    // Nobody has these names (RFC 2606, 3).
    expect([wrong.code, healthy, faults]).toEqual([2, false, ['DATABASE_URL', 'SMTP_URL', 'STAFF_JWKS_URL']]);
    const healed = doctorReport(await doctor(right, { reach: all }), { json: false });
    expect(healed.text).toMatch(/^ok +S3_ENDPOINT +takes, gives back and deletes an object$/m);
    expect([healed.exitCode, healed.text.includes('fault')]).toEqual([0, false]);
    expect(bucket.bucket.everything()).toEqual([]);
  });

  it('is refused on a database that lacks a checkpoint of the object store’s, until a person has reconciled it (F49)', async () => {
    const ring = KeyRing.fromFile(right.KEYRING_FILE ?? '');
    const objects = bucketOf(readEnvironment(right).values);
    if (!objects) throw new Error('the environment names no bucket');
    await test.database.transaction((tx) => appendAudit(tx, { chainId: 'x', type: 'policy.created', actor: SYSTEM }));
    const service = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 5_000, ring });
    await service.transaction((tx) => sealHeads(tx, ring)).finally(() => service.close());
    const point = await test.database.read(lastCheckpoint);
    if (!point) throw new Error('nothing was sealed');
    const verdict = async (): Promise<string[]> =>
      told((await doctor(right, { reach: all })).filter(({ subject }) => subject === 'audit anchors'));
    await writeAnchor(objects, point);
    expect(await verdict()).toEqual([expect.stringMatching(/^ok: the database has checkpoint 1,/)]);
    const macs = async (): Promise<string[]> => told(await auditMacFindings(readEnvironment(right).values));
    expect(await macs()).toEqual([
      'ok: every row needs a MAC',
      'ok: every passkey, link, session and token needs a MAC',
      'ok: every version, removal and proposed change is the service’s',
    ]);
    await test.asOwner(`BEGIN; INSERT INTO policies (id, version, priority) VALUES ('pol_x', 3, 0);
      INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES ('pol_x', 3, '{}', 'x'); COMMIT`);
    expect((await macs()).at(-1)).toBe('warning: pol_x@3 is not the service’s, and counts for nothing');
    await test.asOwner('DELETE FROM policy_versions; DELETE FROM policies');
    await test.asOwner('DELETE FROM rows_signed');
    await test.asOwner(
      'UPDATE audit_events SET data = data || \'{"checkpointId": "1"}\' WHERE chain_id = \'audit-trail\'',
    );
    expect(await macs()).toEqual([
      expect.stringMatching(/^warning: rows without a MAC count as rows of an earlier build/),
      expect.stringMatching(
        /^warning: passkeys, links, sessions and tokens without a MAC count as those of an earlier build/,
      ),
      expect.stringMatching(/^warning: versions without a MAC count as those of an earlier build/),
    ]);
    await test.asOwner('DELETE FROM audit_checkpoint_heads');
    await test.asOwner('DELETE FROM audit_checkpoints');
    expect(await verdict()).toEqual([
      expect.stringMatching(/^fault: the database was set back: it lacks checkpoint 1 /),
    ]);
    const { code, err } = await run('worker', right);
    expect([code, err]).toEqual([1, expect.stringContaining('`regain restore reconcile`')]);
    bucket.failNext('VERSIONS', ...Array.from({ length: 3 }, () => ({ kind: 'reset' as const })));
    expect(await dependencies('main')).toMatchObject({ database: 'up', objectStore: 'up', audit_anchors: 'down' });
    objects.close();
  });
});
