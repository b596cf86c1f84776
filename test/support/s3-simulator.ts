import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SimulatedBucket } from './s3-simulator-bucket.js';
import { type S3Fault, sendFaultyBody } from './s3-simulator-faults.js';
import { errorXml, etagOf, listObjects, listVersions } from './s3-simulator-listing.js';
import { findSignatureFault, type SigningKey } from './s3-simulator-signature.js';

export interface S3SimulatorOptions {
  versioning?: boolean;
  /** False plays a server that never heard of versions and answers NotImplemented. */
  knowsVersions?: boolean;
  /** Entries per listing page; small, so that tests cross pages. */
  pageSize?: number;
}

interface Call {
  method: string;
  key: string;
  query: URLSearchParams;
  body: Buffer;
}

/**
 * One bucket of an S3 server on 127.0.0.1, for tests: path-style PUT, GET, HEAD and DELETE of objects, HeadBucket,
 * ListObjectsV2 and ListObjectVersions. Every request must carry a correct Signature Version 4 over its real body.
 * It is not S3: no multipart, no ranges, no access policies, no encryption options, one process's memory.
 */
export class S3Simulator {
  readonly bucketName = 'regain-evidence';
  readonly key: SigningKey = {
    accessKeyId: 'SIMULATORKEY',
    secretAccessKey: 'Vn5xR7tB1mZc4LpD9sHf/Y3gEwJ8+kQ2',
    region: 'eu-central-1',
  };
  readonly bucket: SimulatedBucket;
  /** What was asked, in order, faults included: `GET a/b`, `LIST`, `VERSIONS`, `DELETE a/b`. */
  readonly calls: string[] = [];
  readonly #options: Required<S3SimulatorOptions>;
  readonly #faults: { call: string; fault: S3Fault }[] = [];
  readonly #server: Server;

  private constructor(options: S3SimulatorOptions) {
    this.#options = { versioning: false, knowsVersions: true, pageSize: 3, ...options };
    this.bucket = new SimulatedBucket(this.#options.versioning);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: S3SimulatorOptions = {}): Promise<S3Simulator> {
    const simulator = new S3Simulator(options);
    await new Promise<void>((resolve) => simulator.#server.listen(0, '127.0.0.1', resolve));
    return simulator;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Plays these faults, in order, on the next calls whose name starts with `call` (`GET`, `PUT a/b`, `VERSIONS` …). */
  failNext(call: string, ...faults: S3Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ call, fault })));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url: target = '', headers } = request;
    const wrong = findSignatureFault({ method, target, headers, body }, this.key, new Date());
    if (wrong) return sendError(response, wrong === 'XAmzContentSHA256Mismatch' ? 400 : 403, wrong);

    const url = new URL(target, this.endpoint);
    const [bucketName, ...key] = decodeURIComponent(url.pathname).slice(1).split('/');
    if (bucketName !== this.bucketName) return sendError(response, 404, 'NoSuchBucket');
    const call = { method, key: key.join('/'), query: url.searchParams, body };
    const fault = this.#takeFault(nameOf(call));
    if (fault) this.#misbehave(call, response, fault);
    else this.#answer(call, response);
  }

  #takeFault(name: string): S3Fault | undefined {
    this.calls.push(name);
    const at = this.#faults.findIndex(({ call }) => name.startsWith(call));
    return at < 0 ? undefined : this.#faults.splice(at, 1)[0]?.fault;
  }

  #misbehave(call: Call, response: ServerResponse, fault: S3Fault): void {
    if (fault.kind === 'hang') return;
    if (fault.kind === 'error') return sendError(response, fault.status, fault.code);
    if (fault.kind === 'reset') return void response.destroy();
    if (fault.kind === 'reset_after_effect') {
      if (call.method === 'PUT') this.bucket.put(call.key, call.body);
      if (call.method === 'DELETE') this.bucket.delete(call.key, call.query.get('versionId') ?? undefined);
      return void response.destroy();
    }
    const bytes = this.bucket.current(fault.kind === 'other_object' ? fault.key : call.key)?.bytes ?? Buffer.alloc(0);
    if (!sendFaultyBody(response, bytes, fault)) response.end(bytes);
  }

  #answer(call: Call, response: ServerResponse): void {
    if (call.key === '') return this.#answerBucket(call, response);
    switch (call.method) {
      case 'PUT':
        this.bucket.put(call.key, call.body);
        response.writeHead(200, { etag: etagOf(call.body) }).end();
        return;
      case 'DELETE':
        this.bucket.delete(call.key, call.query.get('versionId') ?? undefined);
        response.writeHead(204).end();
        return;
      case 'GET':
      case 'HEAD': {
        const bytes = this.bucket.current(call.key)?.bytes;
        if (!bytes) return sendError(response, 404, 'NoSuchKey');
        response.writeHead(200, { 'content-length': bytes.length, etag: etagOf(bytes) });
        response.end(call.method === 'GET' ? bytes : undefined);
        return;
      }
      default:
        sendError(response, 405, 'MethodNotAllowed');
    }
  }

  #answerBucket({ method, query }: Call, response: ServerResponse): void {
    const { knowsVersions, pageSize } = this.#options;
    if (method === 'HEAD') response.writeHead(200).end();
    else if (method !== 'GET') sendError(response, 405, 'MethodNotAllowed');
    else if (query.has('versions') && !knowsVersions) sendError(response, 501, 'NotImplemented');
    else if (query.has('versions')) response.end(listVersions(this.bucket.everything(), query, pageSize));
    else if (query.get('list-type') === '2') response.end(listObjects(this.bucket.everything(), query, pageSize));
    else sendError(response, 501, 'NotImplemented');
  }
}

function nameOf({ method, key, query }: Call): string {
  if (key !== '') return `${method} ${key}`;
  if (method === 'HEAD') return 'HEAD';
  return query.has('versions') ? 'VERSIONS' : 'LIST';
}

function sendError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(errorXml(code));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
