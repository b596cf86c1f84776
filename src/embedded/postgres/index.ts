export type { DatabaseUrls } from './databases.js';
/** @internal */
export { EmbeddedPostgresError } from './embedded-postgres.errors.js';
export {
  /** @internal */
  connectEmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresAccess,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
