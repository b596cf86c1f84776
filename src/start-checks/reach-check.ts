import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ProviderError } from '../../providers/kit/index.js';
import type { ProcessRole } from '../platform/config/config.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { OutboundRefusedError } from '../platform/outbound-http/outbound-target.js';
import type { ReadSettings } from './environment-checks.js';
import { CUT_OFF, fault, ok, warning, type Finding } from './finding.js';
import { mailFindings } from './mail-check.js';

/** All are asked at once, and none is waited for longer: what a network policy leaves out says nothing at all. */
const WAIT_MS = 4_000;

const NOT_ALLOWED = 'inside your own network: name its origin in OUTBOUND_PRIVATE_ORIGINS';

/**
 * Whether what the service calls can be reached from here: the mail server, the staff's sign-in, the collector of traces.
 * The calls' own ways: signed in at the mail server, the sign-in's by the same rules for what may be called. Nothing is sent
 * to anybody but a GET. Of a collector that is away nothing depends.
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
    mailFindings(SMTP_URL, waitMs),
    answer('STAFF_JWKS_URL', role === 'worker' ? undefined : STAFF_JWKS_URL, (status) => status === 200),
    // It takes a POST; that it says so is an answer.
    answer('STAFF_TOKEN_URL', STAFF_TOKEN_URL, () => true),
    collectorFinding(OTEL_EXPORTER_OTLP_ENDPOINT, waitMs),
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

async function collectorFinding(url: string | undefined, waitMs: number): Promise<Finding | undefined> {
  if (url === undefined) return undefined;
  const failure = await failureOf(new URL(url), waitMs);
  const subject = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  return failure === undefined ? ok(subject, 'takes a connection') : warning(subject, failure, CUT_OFF);
}

function failureOf({ protocol, hostname, port }: URL, waitMs: number): Promise<string | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isTls = protocol === 'https:';
  const place = { host, port: port === '' ? (isTls ? 443 : 80) : Number(port) };
  return new Promise((resolve) => {
    const end = (socket: Socket, failure?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const socket = isTls ? connectTls({ ...place, ...(isIP(host) ? {} : { servername: host }) }) : connect(place);
    const timer = setTimeout(() => end(socket, `does not answer within ${waitMs} ms`), waitMs);
    socket.once(isTls ? 'secureConnect' : 'connect', () => end(socket));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(socket, `cannot be reached (${code ?? 'no reason'})`),
    );
  });
}
