import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Client } from 'undici';
import type { HttpPort, HttpRequest, HttpResponse, ProviderErrorCode } from '../../../providers/kit/index.js';
import { failpoint } from '../failpoints/failpoints.js';
import { OutboundFailure, toProviderError } from './outbound-failures.js';
import { assertSafeRequest, readBounded, toHttpResponse } from './outbound-message.js';
import {
  assertOutboundPolicy,
  type OutboundPolicy,
  type OutboundTarget,
  type ResolveHost,
  settleTarget,
} from './outbound-target.js';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_RESPONSE_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** One call as metrics see it: no path, no query, nothing of the person. `host` is empty when there was none. */
export interface OutboundCall {
  host: string;
  durationMs: number;
  status?: number;
  error?: ProviderErrorCode;
}

export interface OutboundHttpOptions extends Partial<OutboundPolicy> {
  /**
   * Certificates (PEM) of the authorities that vouch for private origins, instead of the public ones. They vouch for
   * nothing else: the owner of the organisation's authority cannot impersonate a partner on the internet.
   */
  privateCaPem?: string;
  /** Answers with every address of a name. Default: the system's resolver. */
  resolveHost?: ResolveHost;
  onCall?: (call: OutboundCall) => void;
}

/**
 * Makes every call to the outside; nothing else does (OWASP ASVS 5.0, 1.3.6 and 15.3.2). A call has one deadline from
 * name resolution to the last byte; its answer has a size limit; redirects come back as they are; nothing is retried;
 * nothing is decompressed. The URL is parsed once, its host resolved once, every address checked, and the connection
 * can go to those addresses only, so a second DNS answer has no effect. Each call has a connection of its own.
 */
export class OutboundHttp implements HttpPort {
  readonly #policy: OutboundPolicy;
  readonly #privateCaPem: string | undefined;
  readonly #resolveHost: ResolveHost;
  readonly #onCall: (call: OutboundCall) => void;

  /** @throws TypeError when an allowed origin is not in canonical form */
  constructor(options: OutboundHttpOptions = {}) {
    this.#policy = {
      allowedPlainOrigins: options.allowedPlainOrigins ?? [],
      allowedPrivateOrigins: options.allowedPrivateOrigins ?? [],
    };
    assertOutboundPolicy(this.#policy);
    this.#privateCaPem = options.privateCaPem;
    this.#resolveHost = options.resolveHost ?? resolveBySystem;
    this.#onCall = options.onCall ?? (() => undefined);
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const startedAt = performance.now();
    const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
    const report = (outcome: { status: number } | { error: ProviderErrorCode }) =>
      this.#onCall({ host, durationMs: performance.now() - startedAt, ...outcome });
    try {
      await failpoint('http.before_send', host);
      const response = await this.#sendBeforeDeadline(request);
      await failpoint('http.after_send', host);
      report({ status: response.status });
      return response;
    } catch (error) {
      const failure = toProviderError(error, host);
      report({ error: failure.code });
      throw failure;
    }
  }

  async #sendBeforeDeadline(request: HttpRequest): Promise<HttpResponse> {
    assertSafeRequest(request);
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = new AbortController();
    const late = new OutboundFailure('timeout', `no complete answer within ${timeoutMs} ms.`);
    const timer = setTimeout(() => deadline.abort(late), timeoutMs);
    try {
      const settled = settleTarget(request.url, this.#policy, this.#resolveHost);
      const target = await Promise.race([settled, rejectionOf(deadline.signal)]);
      return await this.#exchange(request, target, deadline.signal);
    } catch (error) {
      throw deadline.signal.aborted ? late : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(request: HttpRequest, target: OutboundTarget, signal: AbortSignal): Promise<HttpResponse> {
    const client = this.#connectTo(target);
    try {
      const answer = await client.request({
        method: request.method,
        path: target.url.pathname + target.url.search,
        headers: { 'accept-encoding': 'identity', ...request.headers },
        body: typeof request.body === 'string' ? request.body : request.body && Buffer.from(request.body),
        reset: true,
        signal,
      });
      const body = await readBounded(answer, request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES);
      return toHttpResponse(answer, body);
    } finally {
      await client.destroy();
    }
  }

  /** The call's own timer bounds everything, so undici's are off. */
  #connectTo(target: OutboundTarget): Client {
    const ca = target.isPrivateOrigin ? this.#privateCaPem : undefined;
    return new Client(target.url.origin, {
      connect: { lookup: lookupIn(target.addresses), timeout: 0, ca },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      allowH2: false,
    });
  }
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

/** A resolver for `net.connect` that knows the checked addresses only, whatever name it is asked for. */
function lookupIn(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: ipaddr.IPv6.isValid(address) ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const [first] = entries;
    if (options.all) callback(null, entries);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
