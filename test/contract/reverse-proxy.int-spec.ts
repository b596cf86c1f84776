import { once } from 'node:events';
import {
  createServer,
  request as plainRequest,
  type ClientRequest,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { Agent, request } from 'node:https';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startNginx, writeProxyConfiguration } from '../../scripts/harness/servers/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { PROBLEMS } from '../../src/platform/errors/problem-catalogue.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { ProblemSchema } from '../../scripts/generate/openapi/problem-responses.js';
import { makeSelfSignedCertificate } from '../support/self-signed-certificate.js';

interface Asking {
  method?: string;
  headers?: object;
  body?: Buffer;
  servername?: string;
  /** Of this machine, from which it is asked. */
  localAddress?: string;
  agent?: Agent;
  at?: number;
}

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
        else if (incoming.url === '/v1/flow/429') response.writeHead(429).end();
        else if (incoming.url === '/v1/flow/502') response.writeHead(502).end('its own');
        else if (incoming.url?.includes('/silent')) return;
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

  async function ask(path: string, options: Asking = {}): Promise<IncomingMessage> {
    const { method = 'GET', headers = {}, body, servername = 'recover.test', at = port, ...connection } = options;
    const sent = request({
      host: '127.0.0.1',
      ...connection,
      port: at,
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

  /** The same file once more, with a change that lets one of its rules be looked at by itself. */
  async function changed(change: (configuration: string) => string, work: (at: number) => Promise<void>) {
    const [at, plain] = [await pickFreePort(), await pickFreePort()];
    const folder = mkdtempSync(join(dataDir, 'changed-'));
    for (const file of ['tls.crt', 'tls.key']) copyFileSync(join(dataDir, file), join(folder, file));
    const configurationFile = writeProxyConfiguration(folder, {
      publicHost: 'recover.test',
      ports: { tls: at, plain },
      apiPorts: upstreams.map((server) => (server.address() as AddressInfo).port),
    });
    writeFileSync(configurationFile, change(readFileSync(configurationFile, 'utf8')));
    const second = await startNginx({ dataDir: folder, configurationFile, port: at });
    await work(at).finally(() => second.kill());
  }

  interface Told {
    status: number;
    code: string;
    retryAfter?: string;
    words: string[];
  }

  /** An answer of the proxy's own: to callers of the interface as the service tells them, to people on a page. */
  async function expectTold(path: string, options: Asking, { status, code, retryAfter, words }: Told): Promise<void> {
    const toCaller = await ask(`/v1${path}`, options);
    const problem = ProblemSchema.strict().parse(JSON.parse(await text(toCaller)));
    expect([toCaller.statusCode, toCaller.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(problem).toMatchObject({ status, code, type: `https://recover.test/docs/errors#${code}` });
    expect(problem.title).toBe(PROBLEMS[problem.code].title);
    const toPerson = await ask(path, options);
    const page = await text(toPerson);
    expect([toPerson.statusCode, toPerson.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    for (const told of words) expect(page).toContain(told);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toEqual(['/flow', '/flow', '/flow']);
    expect(page).not.toMatch(/<script|src=|secret/);
    for (const { headers } of [toCaller, toPerson])
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect([toCaller, toPerson].map(({ headers }) => headers['retry-after'])).toEqual([retryAfter, retryAfter]);
    expect(toPerson.headers['content-security-policy']).toContain("default-src 'none'");
  }

  const NO_ANSWER_TOLD = {
    code: 'dependency_unavailable',
    retryAfter: '5',
    words: ['did not answer', 'nicht geantwortet', 'لم تستجب الخدمة'],
  };

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

  /** What was written of requests, once there is a line of this status: nginx writes it after the answer. */
  async function logWith(status: number): Promise<string> {
    const log = (): string => readFileSync(join(dataDir, 'access.log'), 'utf8') + proxy?.log();
    await eventually('the request is logged', async () => log().includes(` GET ${status} `));
    return log();
  }

  it('logs no path, a link’s secret is in it, and nobody’s address', async () => {
    await text(await ask('/r/secret-of-a-link?and=more', { localAddress: '127.0.0.20' }));
    const log = await logWith(200);
    expect(log).not.toContain('secret-of-a-link');
    expect(log).not.toContain('127.0.0.20');
    expect(log).toMatch(/^\S+ [0-9a-f]{32} - GET 200 [\d.]+ 127\.0\.0\.1:\d+$/m);
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

  describe('limits what one network asks for', () => {
    const NO_ANSWER = { headers: {} as IncomingMessage['headers'], body: '' };

    /** Many at once; how many were taken, and what the others were told. */
    async function flood(count: number, { path = '/', ...options }: Asking & { path?: string } = {}) {
      const agent = new Agent({ keepAlive: true, maxSockets: 8 });
      const answers = await Promise.all(
        Array.from({ length: count }, async () => {
          const answer = await ask(path, { agent, ...options });
          return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
        }),
      );
      agent.destroy();
      const refused = answers.filter(({ status }) => status === 429);
      return { taken: answers.filter(({ status }) => status === 200).length, refused };
    }

    it('lets a page with all that it loads through, many times over, and an interface’s caller who repeats', async () => {
      expect(await flood(200, { localAddress: '127.0.0.10' })).toMatchObject({ taken: 200, refused: [] });
    });

    it('tells callers of the interface of it as the service tells them, and when to come back', async () => {
      const { taken, refused } = await flood(600, { localAddress: '127.0.0.11', path: '/v1/flow' });
      expect(taken).toBeGreaterThanOrEqual(200);
      expect([refused.length > 0, taken + refused.length]).toEqual([true, 600]);
      const [{ headers, body } = NO_ANSWER] = refused;
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'retry-after': '2',
        'cache-control': 'no-store',
      });
      const problem = ProblemSchema.strict().parse(JSON.parse(body));
      expect(problem).toMatchObject({
        code: 'too_many_requests',
        type: 'https://recover.test/docs/errors#too_many_requests',
        instance: expect.stringMatching(/^urn:regain:request:[0-9a-f]{32}$/),
      });
      // It can be found again, and whoever it was can be blocked.
      const [id = ''] = /[0-9a-f]{32}$/.exec(problem.instance ?? '') ?? [];
      const log = await logWith(429);
      expect(log.split('\n').filter((line) => line.includes(id))).toEqual([
        expect.stringMatching(new RegExp(`^\\S+ ${id} 127\\.0\\.0\\.11 GET 429 `)),
      ]);
    });

    it('logs the address of whoever a process tells so, too: it refuses guesses', async () => {
      await text(await ask('/v1/flow/429', { localAddress: '127.0.0.21' }));
      await eventually('it is logged', async () => / 127\.0\.0\.21 GET 429 /.test(await logWith(429)));
    });

    it('tells people of it on a page that loads nothing, in their languages', async () => {
      const { refused } = await flood(600, { localAddress: '127.0.0.12', path: '/flow' });
      const [{ headers, body } = NO_ANSWER] = refused;
      expect([headers['content-type'], headers['retry-after']]).toEqual(['text/html; charset=utf-8', '2']);
      for (const words of ['Wait a moment', 'Warten Sie einen Moment', 'انتظر لحظة']) expect(body).toContain(words);
      expect(body).not.toMatch(/<script|src=|href=/);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    });

    it('keeps nobody else waiting, and nobody for long', async () => {
      const from = { localAddress: '127.0.0.13' };
      expect((await flood(600, from)).refused).not.toEqual([]);
      expect(await flood(50, { localAddress: '127.0.0.14' })).toMatchObject({ taken: 50 });
      await eventually('it is let in again', async () => (await flood(1, from)).taken === 1);
    });

    it('holds nobody’s 256 connections at a time against anybody else', async () => {
      await changed(
        (asWritten) => asWritten.replace('rate=50r/s', 'rate=5000r/s'),
        async (at) => {
          const agent = new Agent({ keepAlive: true });
          const events = (localAddress: string) => ask('/v1/flow/events', { at, agent, localAddress });
          const open: IncomingMessage[] = [];
          for (let batch = 0; batch < 8; batch += 1)
            open.push(...(await Promise.all(Array.from({ length: 32 }, () => events('127.0.0.15')))));
          expect(new Set(open.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
          const [more, other] = [await events('127.0.0.15'), await events('127.0.0.16')];
          expect([more.statusCode, other.statusCode]).toEqual([429, 200]);
          for (const stream of [...open, more, other]) stream.destroy();
          agent.destroy();
        },
      );
    });

    it('takes 32 photos at a time of one network, and everything else of it beside them', async () => {
      const begun: ClientRequest[] = [];
      const photo = (localAddress: string): Promise<number | undefined> => {
        const place = { host: '127.0.0.1', localAddress, port, servername: 'recover.test' };
        const head = { path: '/v1/flow/evidence/silent', method: 'PUT', headers: { host: 'recover.test' } };
        const sent = request({ ...place, ...head, ca: certificate.certificatePem });
        begun.push(sent);
        return new Promise((resolve) => {
          sent.once('response', ({ statusCode }) => resolve(statusCode)).on('error', () => resolve(undefined));
          sent.setTimeout(5_000, () => resolve(undefined)).end();
        });
      };
      try {
        for (let at = 0; at < 32; at += 1) void photo('127.0.0.17');
        await eventually('all have reached a process', async () => seen.length >= 32);
        expect(await photo('127.0.0.17')).toBe(429);
        expect((await ask('/v1/flow', { localAddress: '127.0.0.17' })).statusCode).toBe(200);
        void photo('127.0.0.18');
        await eventually('another network’s as well', async () => seen.length >= 34);
      } finally {
        for (const one of begun) one.destroy();
      }
    });

    it('counts the /64 of an IPv6 address, and nobody who is never limited', async () => {
      await changed(
        (asWritten) =>
          asWritten
            .replace('# 192.0.2.10 1;', '192.0.2.10 1;')
            .replace('limit_req zone', 'set_real_ip_from 127.0.0.1; real_ip_header X-Its-Address; limit_req zone'),
        async (at) => {
          const by = (address: string): Asking => ({ at, headers: { 'x-its-address': address } });
          expect((await flood(600, by('2001:db8:7:7::1'))).refused).not.toEqual([]);
          expect((await flood(600, by('2001:db8:7:7:ffff:a:b:c'))).taken).toBeLessThan(200);
          expect(await flood(100, by('2001:db8:7:8::1'))).toMatchObject({ taken: 100 });
          expect(await flood(600, by('192.0.2.10'))).toMatchObject({ taken: 600 });
          expect((await flood(600, by('192.0.2.11'))).refused).not.toEqual([]);
        },
      );
    });
  });

  it('refuses a body that is no picture, says so in the service’s words, and leads people back', async () => {
    const words = ['10 MB at most', 'höchstens 10 MB', '10 ميغابايت'];
    const picture = { method: 'PUT', body: Buffer.alloc(12 * 1024 * 1024) };
    await expectTold('/flow/evidence/selfie', picture, { status: 413, code: 'body_too_large', words });
    expect(seen).toEqual([]);
  });

  it.each([
    ['/recover', '/'],
    ['/console/reviews', '/console'],
    ['/flowers', '/'],
  ])('leads from %s to %s', async (path, back) => {
    const answer = await ask(path, { method: 'POST', body: Buffer.alloc(12 * 1024 * 1024) });
    expect(await text(answer)).toContain(`href="${back}"`);
  });

  it('says the same way that a process did not answer in time', async () => {
    await changed(
      (asWritten) => asWritten.replace('proxy_read_timeout 40s;', 'proxy_read_timeout 200ms;'),
      // A process that did not answer is asked nothing for a while: of two posts each has one of its own.
      (at) => expectTold('/flow/silent?secret', { at, method: 'POST' }, { status: 504, ...NO_ANSWER_TOLD }),
    );
  });

  it('passes on what a process says itself, whatever its status', async () => {
    const answer = await ask('/v1/flow/502');
    expect([answer.statusCode, await text(answer)]).toEqual([502, 'its own']);
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
    expect(answer.statusCode).toBe(502);
    expect(await logWith(502)).not.toContain('canary-of-a-link');
    await expectTold('/flow', {}, { status: 502, ...NO_ANSWER_TOLD });
  });
});
