export { startNginx, type NginxOptions } from './nginx-server.js';
export { writeProxyConfiguration } from './proxy-configuration.js';
export { startPostgres, type PostgresServer, type PostgresServerOptions } from './postgres-server.js';
export { startPostgresStandby, type PostgresStandbyOptions } from './postgres-standby.js';
export { startRadosgw, type RadosgwServer, type S3Credentials } from './radosgw-server.js';
export { startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';
export { ServerStartError, type ServerProcess } from './server-process.js';
export { findServerPrograms, SERVER_KINDS, ServerNotFoundError, type ServerKind } from './server-programs.js';
