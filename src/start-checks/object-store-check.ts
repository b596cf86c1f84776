import { s3OptionsOf } from '../platform/storage/create-object-store.js';
import { S3ObjectStore } from '../platform/storage/s3-object-store.js';
import { ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import { fault, ok, type Finding } from './finding.js';
import type { Config } from '../platform/config/config.js';
import type { ReadSettings } from './environment-checks.js';

const SUBJECT = 'S3_ENDPOINT';
const AWAY = 'start it, or correct the address';
const PROBE_KEY = 'doctor/probe';

/**
 * Whether the bucket lets us in; with `probe`, also whether it takes, gives back and forgets an object. A store that does
 * not answer passes by itself and keeps nobody from starting: readiness says so.
 */
export async function objectStoreFindings(settings: ReadSettings, { probe }: { probe: boolean }): Promise<Finding[]> {
  const store = bucketOf(settings);
  if (!store) return [];
  try {
    await store.check();
    if (probe) {
      const { sha256 } = await store.put(PROBE_KEY, Buffer.from('probe'));
      await store.get(PROBE_KEY, { sha256 });
      await store.delete(PROBE_KEY);
    }
    return [ok(SUBJECT, probe ? 'takes, gives back and deletes an object' : 'lets us in')];
  } catch (error) {
    if (!(error instanceof ObjectStoreUnavailableError)) throw error;
    const { failure, storeCode } = error;
    return failure === 'denied' || failure === 'misconfigured'
      ? [fault(SUBJECT, `${failure}: ${storeCode}`, 'see src/platform/storage/README.md for the rights it needs')]
      : [
          {
            subject: SUBJECT,
            verdict: probe ? 'fault' : 'warning',
            detail: `does not answer (${failure})`,
            remedy: AWAY,
          },
        ];
  } finally {
    store.close();
  }
}

/** The bucket that the settings name, once they are all there. Whoever takes it closes it. */
export function bucketOf(settings: ReadSettings): S3ObjectStore | undefined {
  return isComplete(settings) ? new S3ObjectStore(s3OptionsOf(settings)) : undefined;
}

function isComplete(settings: ReadSettings): settings is Config {
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_REGION } = settings;
  return [S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_REGION].every(Boolean);
}
