import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ProviderError } from '../../providers/kit/index.js';
import type { ProcessRole } from '../platform/config/config.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { OutboundRefusedError } from '../platform/outbound-http/outbound-target.js';
import type { ReadSettings } from './environment-checks.js';
import { fault, ok, warning, type Finding } from './finding.js';

/** All are asked at once, and none is waited for longer: what a network policy leaves out says nothing at all. */
const WAIT_MS = 4_000;
const CUT_OFF = 'start it, correct the address, or let the network pass it (in the chart: networkPolicy.egress)';

const NOT_ALLOWED = 'inside your own network: name its origin in OUTBOUND_PRIVATE_ORIGINS';

type Verdict = typeof fault | typeof warning;

/**
 * Whether what the service calls can be reached from here: the mail server, the staff's sign-in, the collector of traces.
 * Connections as the calls make them, the sign-in's by the same rules for what may be called; nothing is sent to anybody
 * but a GET. Of a collector that is away nothing depends.
 *
 * @param role staff sign in at the API alone
 */
export async function reachFindings(
  settings: ReadSettings,
  { role, waitMs = WAIT_MS }: { role: ProcessRole; waitMs?: number },
): Promise<Finding[]> {
  const { SMTP_URL, STAFF_JWKS_URL, STAFF_TOKEN_URL, OTEL_EXPORTER_OTLP_ENDPOINT } = settings;
  const answer = answersOf(settings, waitMs);
  const asked = [
    connects('SMTP_URL', SMTP_URL, { waitMs, verdict: fault }),
    answer('STAFF_JWKS_URL', role === 'worker' ? undefined : STAFF_JWKS_URL, (status) => status === 200),
    // It takes a POST; that it says so is an answer.
    answer('STAFF_TOKEN_URL', STAFF_TOKEN_URL, () => true),
    connects('OTEL_EXPORTER_OTLP_ENDPOINT', OTEL_EXPORTER_OTLP_ENDPOINT, { waitMs, verdict: warning }),
  ];
  return (await Promise.all(asked)).filter((finding) => finding !== undefined);
}

function answersOf(settings: ReadSettings, timeoutMs: number) {
  const http = outboundOf(settings);
  return async (
    subject: string,
    url: string | undefined,
    isRight: (status: number) => boolean,
  ): Promise<Finding | undefined> => {
    if (url === undefined) return undefined;
    try {
      const { status } = await http.send({ method: 'GET', url, timeoutMs });
      return isRight(status) ? ok(subject, 'answers') : fault(subject, `answers with ${status}`, 'correct the address');
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return fault(subject, error.message, error.cause instanceof OutboundRefusedError ? NOT_ALLOWED : CUT_OFF);
    }
  };
}

/** As the service calls out. A file of authorities that cannot be read is another check's to say. */
function outboundOf({ OUTBOUND_ALLOWED_ORIGINS, OUTBOUND_PRIVATE_ORIGINS, OUTBOUND_CA_FILE }: ReadSettings) {
  return new OutboundHttp({
    allowedPlainOrigins: OUTBOUND_ALLOWED_ORIGINS ?? [],
    allowedPrivateOrigins: OUTBOUND_PRIVATE_ORIGINS ?? [],
    ...(OUTBOUND_CA_FILE === undefined ? {} : { privateCaPem: readOrNothing(OUTBOUND_CA_FILE) }),
  });
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The ports that are meant where the URL names none (RFC 8314, 3.3 and 3.1; nodemailer does the same). */
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587, 'https:': 443, 'http:': 80 };
const TLS: ReadonlySet<string> = new Set(['smtps:', 'https:']);

async function connects(
  subject: string,
  url: string | undefined,
  { waitMs, verdict }: { waitMs: number; verdict: Verdict },
): Promise<Finding | undefined> {
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) return fault(subject, 'is no URL', 'docs/generated/configuration.md says what it takes');
  const failure = await failureOf(new URL(url), waitMs);
  return failure === undefined ? ok(subject, 'takes a connection') : verdict(subject, failure, CUT_OFF);
}

function failureOf({ protocol, hostname, port, searchParams }: URL, waitMs: number): Promise<string | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const place = { host, port: port === '' ? PORTS[protocol] : Number(port) };
  const unchecked = searchParams.get('tls.rejectUnauthorized') === 'false';
  return new Promise((resolve) => {
    const end = (socket: Socket, failure?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const socket = TLS.has(protocol)
      ? connectTls({ ...place, rejectUnauthorized: !unchecked, ...(isIP(host) ? {} : { servername: host }) })
      : connect({ ...place, port: place.port ?? 0 });
    const timer = setTimeout(() => end(socket, `does not answer within ${waitMs} ms`), waitMs);
    socket.once(TLS.has(protocol) ? 'secureConnect' : 'connect', () => end(socket));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(socket, `cannot be reached (${code ?? 'no reason'})`),
    );
  });
}
