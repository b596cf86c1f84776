import type { EvidenceKind } from './capabilities.js';
import type { Sensitive } from './sensitive.js';

/** One outbound call. Bodies are bytes or text; the adapter encodes and decodes. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Whole call, connect to last byte. Default 10,000. */
  timeoutMs?: number;
  /** Larger answers are refused as `unintelligible`. Default 1 MiB. */
  maxResponseBytes?: number;
}

export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * The only way an adapter reaches the network: the host gives one with time limits, an address guard against SSRF and
 * no redirects. Throws `ProviderError` `unreachable` | `timeout` | `unintelligible`; every HTTP status is returned.
 */
export interface HttpPort {
  send(request: HttpRequest): Promise<HttpResponse>;
}

export interface ClockPort {
  now(): Date;
}

/** Constant message and plain fields, none of them personal. */
export interface LoggerPort {
  info(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** The pictures of one case and attempt, decrypted on demand. Sanitised JPEG bytes, upright, no metadata. */
export interface EvidencePort {
  read(kind: EvidenceKind): Promise<Sensitive<Uint8Array> | undefined>;
  /** Whether the person's browser says that its camera took it: nothing more than its word. */
  isSaidToBeLive(kind: EvidenceKind): Promise<boolean>;
  /** The portrait kept since enrolment, when the account has one. */
  readReferencePortrait(): Promise<Sensitive<Uint8Array> | undefined>;
}

/** Steps of looking at pictures on this machine; `wait` is the time until a process was free. */
export const INFERENCE_STEPS = [
  'wait',
  'compare',
  'compare_two',
  'fingerprint',
  'read_side',
  'glance_at_document',
  'check_capture',
  'check_reference',
] as const;
export type InferenceStep = (typeof INFERENCE_STEPS)[number];

/** Where an adapter that does the work itself says how long a step took. */
export interface TimingPort {
  observe(step: InferenceStep, seconds: number): void;
}

export interface ProviderPorts {
  http: HttpPort;
  clock: ClockPort;
  logger: LoggerPort;
  /** Absent where nobody measures. */
  timings?: TimingPort;
}
