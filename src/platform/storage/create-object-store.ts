import type { Config } from '../config/config.js';
import { DiskObjectStore } from './disk-object-store.js';
import { MarkedObjectStore } from './marked-object-store.js';
import type { ObjectStore } from './object-store.port.js';
import type { S3ObjectStoreOptions } from './s3-object-store.js';

/**
 * The S3 adapter when an endpoint is configured, the disk otherwise; the configuration refuses disk in production. The
 * adapter's large library is loaded where it is used.
 */
export async function createObjectStore(config: Config): Promise<ObjectStore> {
  if (!config.S3_ENDPOINT) return new MarkedObjectStore(new DiskObjectStore({ directory: config.OBJECTS_DIR ?? '' }));
  const { S3ObjectStore } = await import('./s3-object-store.js');
  return new MarkedObjectStore(new S3ObjectStore(s3OptionsOf(config)));
}

/** The bucket that the configuration names. */
export function s3OptionsOf(config: Config): S3ObjectStoreOptions {
  return {
    endpoint: config.S3_ENDPOINT ?? '',
    bucket: config.S3_BUCKET ?? '',
    region: config.S3_REGION,
    accessKeyId: config.S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: config.S3_SECRET_ACCESS_KEY ?? '',
    forcePathStyle: true,
  };
}
