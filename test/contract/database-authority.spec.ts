import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { makeSelfSignedCertificate } from '../support/self-signed-certificate.js';

/** Whatever is asked of it, over TLS alone: `FATAL 28000` (PostgreSQL, 54.7, ErrorResponse). */
const TOLD = 'told over TLS';
const fields = Buffer.from(`SFATAL\0C28000\0M${TOLD}\0\0`);
const REFUSAL = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), fields]);
REFUSAL.writeInt32BE(4 + fields.length, 1);

/** What docs/production.md and the chart's README tell operators to write, to a server that has such a certificate. */
describe('a database whose certificate is of one’s own authority', () => {
  const { certificatePem, privateKeyPem } = makeSelfSignedCertificate('localhost');
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regain-authority-'));
    writeFileSync(join(folder, 'ca.pem'), certificatePem);
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      // SSLRequest (PostgreSQL, 54.2.10); yes.
      socket.once('data', () => {
        socket.write('S');
        const secured = new TLSSocket(socket, { isServer: true, cert: certificatePem, key: privateKeyPem });
        secured.on('error', () => undefined);
        secured.once('data', () => secured.end(REFUSAL));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `postgresql://regain:secret@localhost:${(server.address() as AddressInfo).port}/regain?sslmode=verify-full`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['the service', (at: string) => Database.connect({ url: at, poolSize: 1, statementTimeoutMs: 1_000 })],
    ['the migration', (at: string) => migrate(at)],
  ])('is reached by the authority that the URL names, and by no other: %s', async (_who, connect) => {
    await expect(connect(`${url}&sslrootcert=${join(folder, 'ca.pem')}`)).rejects.toThrow(TOLD);
    await expect(connect(url)).rejects.toThrow(/self-signed certificate/);
  });
});
