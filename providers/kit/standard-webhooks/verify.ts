import { timingSafeEqual } from 'node:crypto';
import type { ClockPort } from '../ports.js';
import type { WebhookSecret } from './secret.js';
import {
  ID_HEADER,
  isWebhookId,
  SIGNATURE_HEADER,
  symmetricSignature,
  SYMMETRIC_VERSION,
  TIMESTAMP_HEADER,
} from './signature.js';

const DEFAULT_TOLERANCE_SECONDS = 300;

export interface IncomingWebhook {
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Bytes as received; nothing may have parsed and re-written them. */
  body: Uint8Array;
  /** Every secret that is valid at this moment. Chosen by the receiving address, never by what the message says. */
  secrets: readonly WebhookSecret[];
  clock: ClockPort;
  /** How far the sender's clock may be off, in both directions. Default 300. */
  toleranceSeconds?: number;
}

export type WebhookRefusal =
  | 'header_missing'
  | 'id_malformed'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_malformed'
  | 'signature_mismatch';

export type WebhookVerification =
  /** `id` is what the sender repeats on a second delivery: remember it for ever, the tolerance is no replay guard. */
  { ok: true; id: string; sentAt: Date } | { ok: false; reason: WebhookRefusal };

/**
 * Proves that a delivery comes from a holder of one of the secrets and is recent. Never throws for anything a sender
 * can send. Source: Standard Webhooks 1.0.0, "Verifying signatures"; the 300 seconds are what its libraries use.
 */
export function verifyWebhook(webhook: IncomingWebhook): WebhookVerification {
  const id = webhook.headers[ID_HEADER];
  const timestamp = webhook.headers[TIMESTAMP_HEADER];
  const signature = webhook.headers[SIGNATURE_HEADER];
  if (!id || !timestamp || !signature) return refuse('header_missing');
  if (!isWebhookId(id)) return refuse('id_malformed');

  const lateness = latenessSeconds(timestamp, webhook.clock);
  const tolerance = webhook.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  if (lateness === undefined) return refuse('timestamp_malformed');
  if (lateness > tolerance) return refuse('timestamp_too_old');
  if (lateness < -tolerance) return refuse('timestamp_too_new');

  const candidates = symmetricCandidates(signature);
  if (candidates === undefined) return refuse('signature_malformed');
  const expected = webhook.secrets.map((secret) => symmetricSignature(secret, { id, timestamp, body: webhook.body }));
  if (!anyEqual(expected, candidates)) return refuse('signature_mismatch');
  return { ok: true, id, sentAt: new Date(Number(timestamp) * 1000) };
}

function refuse(reason: WebhookRefusal): WebhookVerification {
  return { ok: false, reason };
}

/** Whole seconds between the sender's and our clock, or undefined for anything but plain Unix seconds. */
function latenessSeconds(timestamp: string, clock: ClockPort): number | undefined {
  if (!/^[1-9][0-9]{0,10}$/.test(timestamp)) return undefined;
  return Math.floor(clock.now().getTime() / 1000) - Number(timestamp);
}

/**
 * The `v1` values of a space-separated list of `label,value`. Labels we do not know are skipped, so that a sender may
 * add a newer scheme; a list that does not have this form at all is undefined.
 */
function symmetricCandidates(header: string): string[] | undefined {
  const candidates: string[] = [];
  for (const entry of header.split(' ')) {
    const [, label, value] = /^([a-z0-9]+),([^\s,]+)$/.exec(entry) ?? [];
    if (label === undefined || value === undefined) return undefined;
    if (label === SYMMETRIC_VERSION) candidates.push(value);
  }
  return candidates;
}

/** Compares text with text, so that two spellings of the same bytes are not both accepted; no early exit. */
function anyEqual(expected: readonly string[], candidates: readonly string[]): boolean {
  let found = false;
  for (const candidate of candidates) {
    for (const wanted of expected) {
      const left = Buffer.from(candidate);
      const right = Buffer.from(wanted);
      if (left.length === right.length && timingSafeEqual(left, right)) found = true;
    }
  }
  return found;
}
