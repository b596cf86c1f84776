import { findServerPrograms, SERVER_KINDS } from './harness/servers/index.js';

/** `npm run servers`: fetches every real server that tests and `npm run stack` use, and says where each one is. */
for (const kind of SERVER_KINDS) {
  const { root } = await findServerPrograms(kind);
  process.stdout.write(`${kind.padEnd(9)} ${root ?? 'installed on this machine'}\n`);
}
