import type { Config } from '../config/config.js';
import { DiskObjectStore } from './disk-object-store.js';
import { MarkedObjectStore } from './marked-object-store.js';
import type { ObjectStore } from './object-store.port.js';
import { S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store.js';

/** The S3 adapter when an endpoint is configured, the disk otherwise; the configuration refuses disk in production. */
export function createObjectStore(config: Config): ObjectStore {
  return new MarkedObjectStore(
    config.S3_ENDPOINT
      ? new S3ObjectStore(s3OptionsOf(config))
      : new DiskObjectStore({ directory: config.OBJECTS_DIR ?? '' }),
  );
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
