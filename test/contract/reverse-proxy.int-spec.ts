import { once } from 'node:events';
import { createServer, request as plainRequest, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNginx, writeProxyConfiguration } from '../../scripts/servers/index.js';
import { eventually } from '../../scripts/demo/eventually.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { makeSelfSignedCertificate } from '../support/self-signed-certificate.js';

interface Seen {
  by: number;
  method?: string;
  headers: IncomingMessage['headers'];
}

/** The very file that compose mounts, with other addresses and folders, in a real nginx. */
describe('deploy/nginx.conf', () => {
  const configuration = readFileSync(packagePath('deploy/nginx.conf'), 'utf8');
  const certificate = makeSelfSignedCertificate('recover.test');
  let dataDir: string;
  let port: number;
  let plainPort: number;
  let proxy: Awaited<ReturnType<typeof startNginx>> | undefined;
  let upstreams: Server[];
  let seen: Seen[];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regain-nginx-'));
    upstreams = [0, 1].map((by) =>
      createServer((incoming, response) => {
        seen.push({ by, method: incoming.method, headers: incoming.headers });
        incoming.resume();
        if (incoming.url === '/v1/flow/events') response.write('data: first\n\n');
        else response.end(String(by));
      }).listen(0, '127.0.0.1'),
    );
    await Promise.all(upstreams.map((server) => once(server, 'listening')));
    port = await pickFreePort();
    plainPort = await pickFreePort();
    writeFileSync(join(dataDir, 'tls.crt'), certificate.certificatePem);
    writeFileSync(join(dataDir, 'tls.key'), certificate.privateKeyPem);
    const configurationFile = writeProxyConfiguration(dataDir, {
      publicHost: 'recover.test',
      ports: { tls: port, plain: plainPort },
      apiPorts: upstreams.map((server) => (server.address() as AddressInfo).port),
    });
    proxy = await startNginx({ dataDir, configurationFile, port });
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(async () => {
    await proxy?.kill();
    for (const server of upstreams) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function ask(
    path: string,
    options: { method?: string; headers?: object; body?: Buffer; servername?: string } = {},
  ): Promise<IncomingMessage> {
    const { method = 'GET', headers = {}, body, servername = 'recover.test' } = options;
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      servername,
      ca: certificate.certificatePem,
      headers: { host: 'recover.test', ...headers },
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  }

  it('passes on to both processes, with the address it saw and not the one it was told', async () => {
    for (let index = 0; index < 4; index += 1) {
      await text(await ask('/', { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' } }));
    }
    expect(new Set(seen.map(({ by }) => by))).toEqual(new Set([0, 1]));
    for (const { headers } of seen) {
      expect(headers).toMatchObject({
        host: 'recover.test',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'https',
      });
    }
  });

  it('logs no path: a link’s secret is in it', async () => {
    await text(await ask('/r/secret-of-a-link?and=more'));
    const log = readFileSync(join(dataDir, 'access.log'), 'utf8') + proxy?.log();
    expect(log).toContain(' GET 200 ');
    expect(log).not.toContain('secret-of-a-link');
  });

  it('sends whoever comes without TLS to its own name, and answers to no other', async () => {
    const plain = (host: string) =>
      plainRequest({ host: '127.0.0.1', port: plainPort, path: '/r/x', headers: { host } });
    const known = plain('recover.test').end();
    const [answer] = (await once(known, 'response')) as [IncomingMessage];
    answer.resume();
    expect([answer.statusCode, answer.headers.location]).toEqual([308, 'https://recover.test/r/x']);
    await expect(once(plain('evil.test').end(), 'response')).rejects.toThrow('hang up');
    await expect(ask('/', { headers: { host: 'evil.test' } })).rejects.toThrow('hang up');
    await expect(ask('/', { servername: 'evil.test' })).rejects.toThrow('unrecognized name');
    expect(seen).toEqual([]);
  });

  it('passes a picture on as it comes: none of it is put into a file', async () => {
    const headers = { host: 'recover.test', 'content-length': 2 * 1024 * 1024 };
    const options = { host: '127.0.0.1', port, servername: 'recover.test', ca: certificate.certificatePem };
    const sent = request({ ...options, path: '/v1/flow/evidence/selfie', method: 'PUT', headers });
    const answered = once(sent, 'response');
    sent.write(Buffer.alloc(1024 * 1024));
    await eventually('a process has it before it has ended', async () => seen.length === 1);
    sent.end(Buffer.alloc(1024 * 1024));
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(configuration).toContain('proxy_max_temp_file_size 0;');
  });

  it('leaves an idle connection before the process does: nothing is sent into one that closes', () => {
    const [, ours] = /^ {4}keepalive_timeout (\d+)s;/m.exec(configuration) ?? [];
    const [, theirs = ''] =
      /keepAliveTimeout: ([\d_]+)/.exec(readFileSync(packagePath('src/platform/http/server.ts'), 'utf8')) ?? [];
    expect(Number(ours) * 1_000).toBeLessThan(Number(theirs.replaceAll('_', '')));
  });

  it('passes events on as they happen', async () => {
    const answer = await ask('/v1/flow/events');
    const [chunk] = (await once(answer, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('data: first\n\n');
    answer.destroy();
  });

  it('refuses a body that is no picture', async () => {
    const answer = await ask('/v1/flow/evidence/selfie', { method: 'PUT', body: Buffer.alloc(12 * 1024 * 1024) });
    expect([answer.statusCode, seen]).toEqual([413, []]);
  });

  it('goes on with one process when the other has stopped (F36)', async () => {
    const [first] = upstreams;
    first?.closeAllConnections();
    first?.close();
    for (let index = 0; index < 6; index += 1) {
      const answer = await ask('/v1/recovery-cases', { method: 'POST', body: Buffer.from('{}') });
      expect([answer.statusCode, await text(answer)]).toEqual([200, '1']);
    }
    expect(seen.map(({ by, method }) => [by, method])).toEqual(Array.from({ length: 6 }, () => [1, 'POST']));
  });

  it('logs no path when no process answers either (T19)', async () => {
    for (const server of upstreams) {
      server.closeAllConnections();
      server.close();
    }
    const answer = await ask('/r/canary-of-a-link?and=more');
    await text(answer);
    const log = readFileSync(join(dataDir, 'access.log'), 'utf8') + proxy?.log();
    expect([answer.statusCode, log]).toEqual([502, expect.stringContaining(' GET 502 ')]);
    expect(log).not.toContain('canary-of-a-link');
  });
});
