import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import {
  findServerPrograms,
  startPostgres,
  startRadosgw,
  startRedis,
  type PostgresServer,
} from '../harness/servers/index.js';

const run = promisify(execFile);

export const BUCKET = 'regain';
const SERVICE_ACCOUNT = 'regain-service';

/** Hexadecimal: nothing of it has a meaning in a URL. */
export const newSecret = (): string => randomBytes(32).toString('hex');

export interface StackDatabase {
  server: PostgresServer;
  /** As the owner of the schema, for migrations. */
  ownerUrl: string;
  /** As the service. */
  appUrl: string;
}

/** PostgreSQL with the two roles of `scripts/create-roles.sh`, the very file that compose mounts, and the schema. */
export async function startStackDatabase(dataDir: string): Promise<StackDatabase> {
  const superuser = newSecret();
  const passwords = { owner: newSecret(), app: newSecret() };
  const server = await startPostgres({ dataDir, password: superuser });
  try {
    const programs = await findServerPrograms('postgres');
    await run('/bin/sh', [packagePath('scripts/create-roles.sh')], {
      env: {
        ...programs.env,
        PATH: `${dirname(programs.path('psql'))}:/usr/bin:/bin`,
        PGHOST: '127.0.0.1',
        PGPORT: String(server.port),
        PGPASSWORD: superuser,
        REGAIN_OWNER_PASSWORD: passwords.owner,
        REGAIN_APP_PASSWORD: passwords.app,
      },
    });
    const urlOf = (role: string, password: string): string =>
      `postgresql://${role}:${password}@127.0.0.1:${server.port}/regain`;
    const ownerUrl = urlOf('regain_owner', passwords.owner);
    await runCommand(['migrate'], { DATABASE_OWNER_URL: ownerUrl });
    return { server, ownerUrl, appUrl: urlOf('regain_app', passwords.app) };
  } catch (error) {
    await server.process.stop();
    throw error;
  }
}

/** A queue's server that asks for a password. */
export async function startStackQueue(kind: 'redis' | 'valkey', dataDir: string) {
  const password = newSecret();
  const { port, process } = await startRedis({ kind, dataDir, settings: { requirepass: password } });
  return { url: `redis://:${password}@127.0.0.1:${port}`, process };
}

/** A bucket that belongs to an operator, and the service's account with the rights of `deploy/object-store-policy.json`. */
export async function startStackObjects(dataDir: string) {
  await mkdir(dataDir, { recursive: true });
  const server = await startRadosgw({ dataDir });
  const operator = s3Client(server.endpoint, server);
  try {
    const service = await server.addUser(SERVICE_ACCOUNT);
    await operator.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await operator.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: bucketPolicy() }));
    return { server, service };
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    operator.destroy();
  }
}

/** The account's policy, as one of the bucket: radosgw has these (https://docs.ceph.com/en/pacific/radosgw/bucketpolicy/). */
function bucketPolicy(): string {
  const policy = JSON.parse(readFileSync(packagePath('deploy/object-store-policy.json'), 'utf8')) as {
    Version: string;
    Statement: object[];
  };
  const Principal = { AWS: [`arn:aws:iam:::user/${SERVICE_ACCOUNT}`] };
  return JSON.stringify({ ...policy, Statement: policy.Statement.map((statement) => ({ ...statement, Principal })) });
}

export function s3Client(endpoint: string, account: { accessKeyId: string; secretAccessKey: string }): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: account.accessKeyId, secretAccessKey: account.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** @param from a table of the service, and which of its rows */
export async function countRows(url: string, from: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM regain.${from}`);
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

/** An operator's command, as the image runs it. Gives back what it printed. @throws Error with what it said */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const command = run(process.execPath, [packagePath('dist/src/cli.js'), ...args], { env: { ...env } });
  const { stdout } = await command.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`regain ${args.join(' ')} failed: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}
