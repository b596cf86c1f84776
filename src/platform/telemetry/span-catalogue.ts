/** What is traced, and OpenTelemetry's kind for it. A span's name is the first word and a closed code: a route, a job … */
export const SPAN_CATALOGUE = {
  http: 'SERVER',
  transaction: 'CLIENT',
  outbox: 'PRODUCER',
  job: 'CONSUMER',
  provider: 'CLIENT',
  mail: 'CLIENT',
  sweep: 'INTERNAL',
} as const;
export type SpanKindName = keyof typeof SPAN_CATALOGUE;

/** Everything a span may say. Codes and numbers; nothing of a person, no address, no text. */
export const SPAN_ATTRIBUTES = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'regain.correlation_id',
  'regain.event',
  'regain.job',
  'regain.tries',
  'regain.provider',
  'regain.call',
] as const;
export type SpanAttributes = Partial<Record<(typeof SPAN_ATTRIBUTES)[number], string | number>>;
