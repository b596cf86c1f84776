import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeServers, failureOf, HOST, listen, listenHttp, rigFor } from '../../../test/support/outbound-rig.js';
import {
  makeSelfSignedCertificate,
  type SelfSignedCertificate,
} from '../../../test/support/self-signed-certificate.js';
import type { OutboundHttpOptions } from './outbound-http.js';
import { OutboundRefusedError } from './outbound-target.js';

afterEach(closeServers);

describe('OutboundHttp', () => {
  it('sends what it was given and gives back status, headers and bytes', async () => {
    const port = await listenHttp((request, response) => {
      response.setHeader(
        'x-echo',
        `${request.method} ${request.url} ${String(request.headers['x-one'])} ${request.headers.host}`,
      );
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.statusCode = 418;
      request.pipe(response);
    });
    const rig = rigFor(port);
    const body = Uint8Array.from([0, 1, 254, 255]);
    const response = await rig.send('/p?q=1', { method: 'POST', headers: { 'x-one': 'two' }, body });
    expect(response.status).toBe(418);
    expect(response.headers).toMatchObject({ 'x-echo': `POST /p?q=1 two ${HOST}:${port}`, 'set-cookie': 'a=1, b=2' });
    expect([...response.body]).toEqual([...body]);
    expect(rig.calls).toEqual([{ host: HOST, status: 418, durationMs: expect.any(Number) }]);
  });

  it('returns every status, 5xx included, and calls once', async () => {
    let hits = 0;
    const port = await listenHttp((_request, response) => {
      hits += 1;
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
    });
    expect(await rigFor(port).send('/')).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    expect(hits).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('T109 does not follow a %i to the metadata service', async (status) => {
    let hits = 0;
    const port = await listenHttp((_request, response) => {
      hits += 1;
      response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    });
    const response = await rigFor(port).send('/');
    expect(response).toMatchObject({ status, headers: { location: 'http://169.254.169.254/latest/meta-data/' } });
    expect(hits).toBe(1);
  });

  describe('name resolution', () => {
    it('T109 asks once and connects to that answer, whatever the resolver says next', async () => {
      const port = await listenHttp((_request, response) => response.end('inside'));
      const answers = [['127.0.0.1'], ['127.0.0.2'], ['169.254.169.254']];
      let asked = 0;
      const rig = rigFor(port, { resolveHost: () => Promise.resolve(answers[asked++] ?? []) });
      expect(await rig.send('/')).toMatchObject({ status: 200 });
      expect(asked).toBe(1);
    });

    it('T109 opens no connection when one of several addresses is forbidden', async () => {
      let connections = 0;
      const port = await listen(createTcpServer(() => (connections += 1)));
      const rig = rigFor(port, { resolveHost: () => Promise.resolve(['127.0.0.1', '169.254.169.254']) });
      const failure = await failureOf(rig.send('/'));
      expect(failure).toMatchObject({ code: 'unreachable', details: { cause: expect.any(OutboundRefusedError) } });
      expect(connections).toBe(0);
      expect(rig.calls).toMatchObject([{ host: HOST, error: 'unreachable' }]);
    });

    it('tries the next address when the first does not answer', async () => {
      const port = await listenHttp((_request, response) => response.end('here'));
      const rig = rigFor(port, { resolveHost: () => Promise.resolve(['127.0.0.99', '127.0.0.1']) });
      expect(await rig.send('/')).toMatchObject({ status: 200 });
    });

    it('calls a name that does not exist unreachable', async () => {
      const noSuchName = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
      const rig = rigFor(1, { resolveHost: noSuchName });
      expect(await failureOf(rig.send('/'))).toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('ENOTFOUND'),
      });
    });

    it('counts a resolver that never answers against the deadline', async () => {
      const rig = rigFor(1, { resolveHost: () => new Promise(() => undefined) });
      expect(await failureOf(rig.send('/', { timeoutMs: 50 }))).toMatchObject({ code: 'timeout', retryable: true });
    });
  });

  it.each(['host', 'Host', 'content-length', 'Transfer-Encoding', 'connection', 'upgrade', 'x\r\ny', 'x y', ''])(
    'refuses to set the header %j',
    async (name) => {
      const rig = rigFor(9);
      expect(await failureOf(rig.send('/', { headers: { [name]: '1' } }))).toMatchObject({
        details: { cause: { refusal: 'header' } },
      });
      expect(rig.resolved).toEqual([]);
    },
  );

  it.each(['a\r\nx-injected: 1', 'a\nb', 'a\0b', 'ä€'])('refuses the header value %j', async (value) => {
    expect(await failureOf(rigFor(9).send('/', { headers: { 'x-a': value } }))).toMatchObject({
      details: { cause: { refusal: 'header' } },
    });
  });

  it('reports a refused URL without its text', async () => {
    const rig = rigFor(9);
    await failureOf(rig.send('', { url: 'https://user:hunter2@partner.example/' }));
    await failureOf(rig.send('', { url: 'no url' }));
    expect(rig.calls).toMatchObject([
      { host: 'partner.example', error: 'unreachable' },
      { host: '', error: 'unreachable' },
    ]);
  });

  describe('over TLS to a private origin', () => {
    const ours = makeSelfSignedCertificate('127.0.0.1');

    async function callOverTls(
      { certificatePem: cert, privateKeyPem: key }: SelfSignedCertificate,
      over: OutboundHttpOptions = {},
    ): Promise<{ status: number }> {
      const port = await listen(createHttpsServer({ cert, key }, (_request, response) => response.end('ok')));
      const origin = `https://127.0.0.1:${port}`;
      const options = { allowedPrivateOrigins: [origin], privateCaPem: ours.certificatePem, allowedPlainOrigins: [] };
      return rigFor(port, { ...options, ...over }).send('', { url: `${origin}/` });
    }
    const refusal = (text: string) => ({ code: 'unreachable', message: expect.stringContaining(text) });

    it('reaches one that the organisation’s authority vouches for', async () => {
      expect(await callOverTls(ours)).toMatchObject({ status: 200 });
    });

    it('checks the certificate against the name', async () => {
      const other = makeSelfSignedCertificate('127.0.0.2');
      const failure = await failureOf(callOverTls(other, { privateCaPem: other.certificatePem }));
      expect(failure).toMatchObject(refusal('ERR_TLS_CERT_ALTNAME_INVALID'));
    });

    it('does not trust a certificate nobody vouched for', async () => {
      const stranger = makeSelfSignedCertificate('127.0.0.1');
      const unknown = refusal('DEPTH_ZERO_SELF_SIGNED_CERT');
      expect(await failureOf(callOverTls(stranger))).toMatchObject(unknown);
      expect(await failureOf(callOverTls(ours, { privateCaPem: undefined }))).toMatchObject(unknown);
    });

    it('T109 opens no connection to a private address under another port', async () => {
      expect(await failureOf(callOverTls(ours, { allowedPrivateOrigins: ['https://127.0.0.1:1'] }))).toMatchObject({
        details: { cause: { refusal: 'address' } },
      });
    });
  });
});
