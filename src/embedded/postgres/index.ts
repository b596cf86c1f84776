export type { DatabaseUrls } from './databases.js';
export { EmbeddedPostgresError } from './embedded-postgres.errors.js';
export {
  connectEmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresAccess,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
