import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { currentCorrelation, withCorrelation } from './correlation.js';
import { SPAN_CATALOGUE, type SpanAttributes, type SpanKindName } from './span-catalogue.js';

/** Undefined while traces are off: then a span costs one comparison. */
let tracer: Tracer | undefined;

/**
 * Sends spans to an OpenTelemetry collector (OTLP over HTTP, `{endpoint}/v1/traces`) from now on. A collector that is away
 * loses spans and slows nothing down. Returns what sends the last ones and ends it. What sends is loaded here, since most
 * processes never need it.
 */
export async function startTracing(options: {
  endpoint: string | undefined;
  role: string;
}): Promise<() => Promise<void>> {
  if (!options.endpoint) return async () => undefined;
  const { spanExport } = await import('./span-export.js');
  const provider = spanExport(options.endpoint, options.role);
  tracer = provider.getTracer('regain');
  return async () => {
    tracer = undefined;
    await provider.shutdown();
  };
}

/** A span that is ended by hand, for work that is no single function. */
export interface OpenSpan {
  readonly traceparent: string | undefined;
  /** With a status of 5xx, or with an error, the span counts as failed. */
  end(end?: { attributes?: SpanAttributes; failed?: boolean }): void;
}

const NO_SPAN: OpenSpan = { traceparent: undefined, end: () => undefined };

/** Begins a span below the one the work is in. `subject` is a closed code: a route, a job, an event. */
export function openSpan(kind: SpanKindName, subject: string, attributes: SpanAttributes = {}): OpenSpan {
  if (!tracer) return NO_SPAN;
  const correlation = currentCorrelation();
  const span = tracer.startSpan(
    `${kind} ${subject}`,
    {
      kind: SpanKind[SPAN_CATALOGUE[kind]],
      attributes: { ...attributes, ...(correlation ? { 'regain.correlation_id': correlation.id } : {}) },
    },
    parentContext(correlation?.traceparent),
  );
  return {
    traceparent: traceparentOf(span),
    end({ attributes: more = {}, failed = false } = {}) {
      span.setAttributes(more);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** Runs `work` in a span. What it throws marks the span as failed; its message is not recorded, as it may quote anything. */
export function inSpan<Result>(place: SpanPlace, work: () => Promise<Result>): Promise<Result> {
  return tracer ? traced(place, work) : work();
}

interface SpanPlace {
  kind: SpanKindName;
  subject: string;
  attributes?: SpanAttributes;
}

async function traced<Result>(place: SpanPlace, work: () => Promise<Result>): Promise<Result> {
  const span = openSpan(place.kind, place.subject, place.attributes);
  const correlation = currentCorrelation();
  const inside = correlation && { ...correlation, traceparent: span.traceparent };
  try {
    const result = await withCorrelation(inside, work);
    span.end();
    return result;
  } catch (error) {
    span.end({ failed: true });
    throw error;
  }
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  TRACEPARENT.exec(traceparent ?? '')?.[1];

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function parentContext(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = '0'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
