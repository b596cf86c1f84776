import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { FaultProxy } from '../../../providers/kit/conformance/fault-proxy.js';
import { EvidenceOrphans } from '../../../src/identity-evidence/evidence-orphans.js';
import { EvidenceStore } from '../../../src/identity-evidence/evidence-store.js';
import { CaseKeys } from '../../../src/platform/crypto/case-keys.js';
import type { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { S3ObjectStore } from '../../../src/platform/storage/s3-object-store.js';
import { startRadosgw, type RadosgwServer } from '../../harness/servers/index.js';

const BUCKET = 'regain-evidence';
const REGION = 'us-east-1';
const HOUR_MS = 3_600_000;

/** A real S3 server, behind a network that misbehaves on demand, and a way to its objects past that network. */
export class ObjectServer {
  private constructor(
    readonly network: FaultProxy,
    private readonly server: RadosgwServer,
    private readonly store: S3ObjectStore,
  ) {}

  static async start(dataDir: string): Promise<ObjectServer> {
    const place = join(dataDir, 's3');
    await mkdir(place, { recursive: true });
    const server = await startRadosgw({ dataDir: place });
    const { endpoint, accessKeyId, secretAccessKey } = server;
    const access = { endpoint, region: REGION, forcePathStyle: true };
    const client = new S3Client({ ...access, credentials: { accessKeyId, secretAccessKey } });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    client.destroy();
    const store = new S3ObjectStore({ ...access, bucket: BUCKET, accessKeyId, secretAccessKey });
    return new ObjectServer(await FaultProxy.start(endpoint), server, store);
  }

  /** What the service is told of it. */
  get environment(): Record<string, string> {
    return {
      S3_ENDPOINT: this.network.baseUrl,
      S3_BUCKET: BUCKET,
      S3_REGION: REGION,
      S3_ACCESS_KEY_ID: this.server.accessKeyId,
      S3_SECRET_ACCESS_KEY: this.server.secretAccessKey,
    };
  }

  /** Keys of all evidence, in every version that is there. */
  async evidence(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.list('evidence/')) keys.push(key);
    return keys;
  }

  /** What the product's own sweep does when an hour has passed: objects of uploads that died go. */
  async sweepInAnHour(database: Database, ring: KeyRing): Promise<void> {
    const later = { now: () => new Date(Date.now() + 2 * HOUR_MS) };
    await new EvidenceOrphans(
      database,
      new EvidenceStore(database, new CaseKeys(ring), this.store),
      later,
    ).sweepOrphans();
  }

  async stop(): Promise<void> {
    this.store.close();
    await this.network.close();
    await this.server.stop();
  }
}
