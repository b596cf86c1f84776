import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { Problem } from '../errors/problem.js';
import { currentCorrelation } from '../telemetry/correlation.js';
import { traceIdOf } from '../telemetry/tracing.js';
import { LOG_CATALOGUE, type LogCode } from './log-catalogue.js';

/** What may stand beside a code: short, flat, not about a person. */
type Fields = Readonly<{ [name: string]: unknown; error?: unknown }>;

/** Longest value that is logged: a field is a fact, not a document. */
const MAX_TEXT = 200;
/** What an error's `code` looks like (SQLSTATE, errno, library codes); a sentence is not one. */
const CODE_PATTERN = /^[A-Za-z0-9_.-]{1,60}$/;
/** Members of the line itself. */
const RESERVED = new Set(['code', 'message', 'level', 'time', 'pid', 'correlationId', 'traceId']);

/**
 * An error as it may be logged: its name, a code, and where it was thrown – never its message, which may quote input,
 * SQL values or a partner's answer (ASVS 16.2.5).
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const code =
    'code' in error && typeof error.code === 'string' && CODE_PATTERN.test(error.code) ? error.code : undefined;
  // The message stands in front of the frames and may look like frames itself.
  const at = error.stack
    ?.replace(error.message, () => '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 4)
    .map((line) =>
      line.trim().replace(/\(?file:\/\/.*?\/((?:dist|src|providers|directories|web|node_modules)\/)/, '($1'),
    );
  const cause =
    error.cause instanceof Error && !(error instanceof Problem) ? { cause: describeError(error.cause) } : {};
  return { errorName: error.name, ...(code ? { errorCode: code } : {}), ...(at ? { at } : {}), ...cause };
}

function safeFields(fields: Fields): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (RESERVED.has(name)) continue;
    if (name === 'error') safe.error = describeError(value);
    else if (typeof value === 'number' || typeof value === 'boolean') safe[name] = value;
    else if (typeof value === 'string') safe[name] = value.slice(0, MAX_TEXT);
  }
  return safe;
}

/** What every line says of the work it belongs to; no field of a line can say otherwise. */
function belonging(): Record<string, string> {
  const correlation = currentCorrelation();
  const traceId = traceIdOf(correlation?.traceparent);
  return { ...(correlation ? { correlationId: correlation.id } : {}), ...(traceId ? { traceId } : {}) };
}

/** Structured lines on standard error; standard output belongs to the `ready` line. */
export class Logger {
  constructor(private readonly sink: PinoLogger) {}

  static create(level: string, destination: DestinationStream = process.stderr): Logger {
    return new Logger(
      pino(
        {
          level,
          base: { pid: process.pid },
          timestamp: pino.stdTimeFunctions.isoTime,
          messageKey: 'message',
          mixin: belonging,
        },
        destination,
      ),
    );
  }

  /** Whether {@link debug} writes anything, for whoever would gather much to say. */
  get writesDebug(): boolean {
    return this.sink.isLevelEnabled('debug');
  }

  info(code: LogCode, fields: Fields = {}): void {
    this.sink.info({ code, ...safeFields(fields) }, LOG_CATALOGUE[code]);
  }

  warn(code: LogCode, fields: Fields = {}): void {
    this.sink.warn({ code, ...safeFields(fields) }, LOG_CATALOGUE[code]);
  }

  error(code: LogCode, fields: Fields = {}): void {
    this.sink.error({ code, ...safeFields(fields) }, LOG_CATALOGUE[code]);
  }

  debug(code: LogCode, fields: Fields = {}): void {
    this.sink.debug({ code, ...safeFields(fields) }, LOG_CATALOGUE[code]);
  }
}
