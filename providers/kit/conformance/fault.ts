/** One way a network or a partner misbehaves. */
export type Fault =
  /** Answers by itself; the partner never sees the request. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string | Uint8Array }
  /** Cuts the connection without an answer. */
  | { kind: 'reset' }
  /** Never answers; with `accepted`, the partner has carried the request out. */
  | { kind: 'hang'; accepted: boolean }
  /** Sends the genuine answer after a while. */
  | { kind: 'slow'; delayMs: number }
  /** Sends headers and then a byte now and then, for ever. */
  | { kind: 'dribble' }
  /** Sends a well-labelled body that does not end. */
  | { kind: 'endless' }
  /** Sends half of the genuine answer and cuts the connection. */
  | { kind: 'truncated' }
  /** Sends the genuine answer under another media type. */
  | { kind: 'relabelled'; contentType: string }
  /** Puts other words into the genuine answer. */
  | { kind: 'rewritten'; rewrite: (body: Buffer) => string | Uint8Array }
  /** Asks the partner about another session than the adapter does. */
  | { kind: 'swapped'; asked: string; instead: string };

/** An answer that says it is JSON, whatever its bytes are. */
export const json = (body: string | Uint8Array, status = 200): Fault => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json' },
  body,
});

/** An answer with this status and a body that means nothing to any adapter. */
export const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status: code,
  headers: { 'content-type': 'application/json', ...headers },
  body: '{"error":"simulated"}',
});
