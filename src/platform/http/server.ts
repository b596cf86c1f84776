import type { IncomingMessage, ServerResponse } from 'node:http';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import type { Config } from '../config/config.js';
import { failpoint, failpointsOf } from '../failpoints/failpoints.js';
import { Logger } from '../logging/logger.js';
import { newCorrelationId, withCorrelation, type Correlation } from '../telemetry/correlation.js';
import { Metrics } from '../telemetry/metrics.js';
import { openSpan, type OpenSpan } from '../telemetry/tracing.js';
import { answerTime, noteEndsOfBodies } from './answer-time.js';
import { limitWaitingForBodies, LONGEST_REQUEST_MS } from './body-deadline.js';
import { addBodyParsers } from './body-parsers.js';
import { HOLDS_BODIES } from './body-room.js';
import { refuseOtherMediaTypes } from './media-types.js';
import { answerNoRequest } from './no-request.js';
import { refuseOtherMethods } from './other-methods.js';
import { ProblemFilter } from './problem.filter.js';
import { LETS_HEADS_THROUGH, refuseIncompleteHeads } from './request-heads.js';
import { leadToPages } from './trailing-slash.js';

const MAX_JSON_BYTES = 256 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    correlation?: Correlation;
    span?: OpenSpan;
  }
}

/** The fastify server under Nest: bodies, limits and time-outs are decided here, before any handler. */
export function createFastifyAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    trustProxy: (_address, hop) => hop < config.TRUST_PROXY_HOPS,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: LONGEST_REQUEST_MS,
    // Silence.
    connectionTimeout: 60_000,
    keepAliveTimeout: 5_000,
    // Idle ones alone: what is being answered when the process is asked to stop is answered.
    forceCloseConnections: 'idle',
    // A request on a connection that is still at work then is answered too, with `Connection: close`: fastify's own
    // refusal is no problem document and does not say when to come back.
    return503OnClosing: false,
    http: LETS_HEADS_THROUGH,
    genReqId: newCorrelationId,
    // Longer than any request line Node takes: what an id may look like is decided by its validator.
    routerOptions: { maxParamLength: 16_384, ignoreTrailingSlash: false },
    exposeHeadRoutes: true,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    clientErrorHandler: answerNoRequest(documentationUrlOf(config)),
    rewriteUrl: (request: IncomingMessage) => readablePath(request.url ?? '/'),
  });
}

const documentationUrlOf = ({ PUBLIC_URL }: Config): string => `${PUBLIC_URL}/docs/errors`;

/** A path with a broken escape names nothing; it is routed as such, so that it is answered like any other unknown one. */
function readablePath(url: string): string {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return url;
  } catch {
    return '/unreadable';
  }
}

/** Parsers, headers and the last error handler. Call before `app.init()`. */
export async function configureServer(app: NestFastifyApplication, config: Config): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const logger = app.get(Logger);
  const filter = new ProblemFilter(logger, documentationUrlOf(config));
  app.useGlobalFilters(filter);
  app.useGlobalInterceptors(HOLDS_BODIES);
  addBodyParsers(fastify);
  await fastify.register(cookie);
  await readForms(fastify);
  const forBrowsers = protectiveHeaders(config);
  const forPartners = pick(forBrowsers, PARTNERS_HEADERS);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.routeOptions.config.ofPartners ? forPartners : forBrowsers);
    refuseOtherMediaTypes(request);
    done();
  });
  refuseIncompleteHeads(fastify);
  limitWaitingForBodies(fastify, config.REQUEST_TIMEOUT_SECONDS * 1_000);
  refuseOtherMethods(fastify);
  leadToPages(fastify);
  if (config.REGAIN_FAILPOINTS !== '') markRequests(fastify);
  correlate(fastify);
  measure(fastify, { metrics: app.get(Metrics), logger });
}

/**
 * Forms with files. The plugin's hooks remove what it wrote to a disk; here it writes nothing there (`readMultipart`), and
 * every request of any kind would wait for them three times.
 */
async function readForms(fastify: FastifyInstance): Promise<void> {
  const withoutHooks = Object.create(fastify, { addHook: { value: () => withoutHooks } }) as FastifyInstance;
  await new Promise<void>((resolve) => multipart(withoutHooks, { throwFileSizeLimit: true }, () => resolve()));
}

/** The failpoints of a request. */
function markRequests(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', (request, _reply, done) => failpointsOf(routeOf(request), done));
  fastify.addHook('onSend', async (request) => failpoint('request.before_response', routeOf(request)));
}

const routeOf = (request: FastifyRequest): string => `${request.method} ${request.routeOptions.url ?? 'none'}`;

/**
 * What a partner's server gets with an answer that no browser reads: kept by nobody, framed by nobody, taken for nothing
 * else (OWASP REST Security Cheat Sheet, "Security Headers").
 */
const PARTNERS_HEADERS = [
  'cache-control',
  'content-security-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
];

const pick = (headers: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));

/**
 * The headers of every answer, written out once: they are the same for all, and given to fastify they leave in one piece
 * with its own, where helmet sets each on the response by itself.
 */
function protectiveHeaders(config: Config): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(headerPolicy(config))({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw new Error('the headers could not be made', { cause: error });
  });
  return {
    ...headers,
    'permissions-policy':
      'camera=(self), microphone=(), geolocation=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
    'x-robots-tag': 'noindex',
    // Unless the route says otherwise.
    'cache-control': 'no-store',
  };
}

/** What every page and answer is sent with (T22, T23, T97). */
function headerPolicy(config: Config): Parameters<typeof helmet>[0] {
  const https = config.PUBLIC_URL.startsWith('https://');
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: true } : false,
  };
}

/**
 * Everything done for a request belongs to its id. What callers say about traces of theirs is not listened to: an outsider
 * would choose our ids.
 */
function correlate(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, id } = request;
    const route = request.routeOptions.url ?? 'none';
    const correlation: Correlation = { id };
    request.correlation = correlation;
    withCorrelation(correlation, () => {
      request.span = openSpan('http', `${method} ${route}`, { 'http.request.method': method, 'http.route': route });
      correlation.traceparent = request.span.traceparent;
      done();
    });
  });
  // Reading a body continues in the socket's context, not in the one above.
  fastify.addHook('preValidation', (request, _reply, done) => withCorrelation(request.correlation, done));
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    request.span?.end({ attributes: { 'http.response.status_code': statusCode }, failed: statusCode >= 500 });
    done();
  });
}

function measure(fastify: FastifyInstance, parts: { metrics: Metrics; logger: Logger }): void {
  noteEndsOfBodies(fastify);
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = answerTime(request, reply.elapsedTime);
    const fields = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(ms),
      requestId: request.id,
    };
    parts.metrics.requests.observe(
      { method: request.method, route, status: `${Math.floor(reply.statusCode / 100)}xx` },
      ms / 1_000,
    );
    if (parts.logger.writesDebug)
      withCorrelation(request.correlation, () => parts.logger.debug('request_completed', fields));
    done();
  });
}
