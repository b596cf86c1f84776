import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startRadosgw, type RadosgwServer } from '../../../scripts/harness/servers/index.js';
import { objectStoreContract, type StoreUnderTest } from '../../../test/contract/object-store.contract.js';
import { packagePath } from '../package-root/package-root.js';
import { S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.js';

const REGION = 'us-east-1';
let dataDir: string;
let server: RadosgwServer;
let operator: S3Client;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'regain-radosgw-'));
  server = await startRadosgw({ dataDir });
  operator = clientWith(server.secretAccessKey);
}, 120_000);
afterAll(async () => {
  operator.destroy();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function clientWith(secretAccessKey: string): S3Client {
  const { endpoint, accessKeyId } = server;
  return new S3Client({
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

function storeOn(bucket: string, over: Partial<S3ObjectStoreOptions> = {}): S3ObjectStore {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return new S3ObjectStore({
    endpoint,
    region: REGION,
    bucket,
    accessKeyId,
    secretAccessKey,
    forcePathStyle: true,
    ...over,
  });
}

/** A bucket of its own for every test. */
async function makeBucket({ versioning }: { versioning: boolean }): Promise<string> {
  const bucket = `evidence-${randomBytes(6).toString('hex')}`;
  await operator.send(new CreateBucketCommand({ Bucket: bucket }));
  if (versioning) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await operator.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  return bucket;
}

async function makeStore(options: { versioning: boolean }): Promise<StoreUnderTest> {
  const bucket = await makeBucket(options);
  const store = storeOn(bucket);
  const stores = [store];
  return {
    store,
    reopen: () => {
      const another = storeOn(bucket);
      stores.push(another);
      return another;
    },
    swap: async (from, to) =>
      void (await operator.send(new CopyObjectCommand({ Bucket: bucket, CopySource: `${bucket}/${from}`, Key: to }))),
    countPhysical: async () => {
      const { Versions = [], DeleteMarkers = [] } = await operator.send(
        new ListObjectVersionsCommand({ Bucket: bucket }),
      );
      return Versions.length + DeleteMarkers.length;
    },
    dispose: async () => {
      for (const each of stores) each.close();
    },
  };
}

describe('radosgw', () => {
  it('takes a bucket, by signature only', async () => {
    const bucket = await makeBucket({ versioning: false });
    const { Buckets } = await operator.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([bucket]);
    const stranger = clientWith('x');
    await expect(stranger.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    stranger.destroy();
  });
});

objectStoreContract('radosgw, versioning off', () => makeStore({ versioning: false }));
objectStoreContract('radosgw, versioning on', () => makeStore({ versioning: true }));

describe('S3ObjectStore on radosgw', () => {
  it.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'denied'],
    ['a wrong key id', { accessKeyId: 'WRONG' }, 'denied'],
    ['a bucket that is not there', { bucket: 'nothing-here' }, 'misconfigured'],
  ])('fails and says why: %s', async (_name, over, failure) => {
    const wrong = storeOn('nothing-here', over);
    const works = [() => wrong.check(), () => wrong.put('a', Buffer.from('x')), () => wrong.get('a')];
    for (const work of works) await expect(work()).rejects.toMatchObject({ failure });
    wrong.close();
  });

  it('keeps the API’s account from what tells of erasures and of a database that was set back', async () => {
    const bucket = await makeBucket({ versioning: true });
    const account = await server.addUser('regain-api');
    const Principal = { AWS: ['arn:aws:iam:::user/regain-api'] };
    const { Version, Statement } = JSON.parse(
      readFileSync(packagePath('deploy/object-store-policy-api.json'), 'utf8').replaceAll(
        's3:::regain',
        `s3:::${bucket}`,
      ),
    ) as { Version: string; Statement: object[] };
    const Policy = JSON.stringify({ Version, Statement: Statement.map((each) => ({ ...each, Principal })) });
    await operator.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const [whole, api] = [storeOn(bucket), storeOn(bucket, account)];
    for (const key of ['checkpoints/1', 'tombstones/1']) await whole.put(key, Buffer.from('told'));
    await api.check();
    for (const key of ['evidence/1', 'portraits/1', 'doctor/probe']) {
      await api.put(key, Buffer.from('picture'));
      expect(Buffer.from(await api.get(key)).toString()).toBe('picture');
      await api.delete(key);
    }
    const keys: string[] = [];
    for await (const { key } of api.list('')) keys.push(key);
    expect(keys).toEqual(['checkpoints/1', 'tombstones/1']);
    expect(Buffer.from(await api.get('checkpoints/1')).toString()).toBe('told');
    const refused = [
      () => api.put('checkpoints/2', Buffer.from('forged')),
      () => api.delete('checkpoints/1'),
      () => api.put('tombstones/2', Buffer.from('forged')),
      () => api.delete('tombstones/1'),
      () => api.get('tombstones/1'),
    ];
    for (const work of refused) await expect(work()).rejects.toMatchObject({ failure: 'denied' });
    whole.close();
    api.close();
  });

  it('gives up in time on a server that stands still, and goes on when it wakes (F23)', async () => {
    const bucket = await makeBucket({ versioning: false });
    const store = storeOn(bucket);
    const hasty = storeOn(bucket, { attemptTimeoutMs: 200, maxAttempts: 1 });
    await store.put('a', Buffer.from('before'));
    server.process.pause();
    try {
      await expect(hasty.get('a')).rejects.toMatchObject({ failure: 'timeout' });
    } finally {
      server.process.resume();
    }
    expect(Buffer.from(await store.get('a')).toString()).toBe('before');
    store.close();
    hasty.close();
  });
});
