import { STATUS_CODES, type OutgoingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, problemDocument } from '../errors/problem.js';
import { newCorrelationId } from '../telemetry/correlation.js';
import { comesBackAfter } from './report-problem.js';

/** What the parser gives up on for another reason than that the bytes are no HTTP, by its error code. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('request_timeout'),
  HPE_HEADER_OVERFLOW: new Problem('headers_too_large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('body_too_large'),
};
const NO_HTTP = new Problem('invalid_request', { detail: 'The bytes are not an HTTP request.' });

/**
 * Answers bytes that never become a request, on the bare socket: no hook and no filter sees them. Fastify's own answer is a
 * JSON document of another kind than every other error has. Into an answer that has begun nothing is written, as Node.js
 * itself does not: its reader would take this one for a part of it. (Node.js, "Event: 'clientError'" and
 * `socketOnError` in lib/_http_server.js.)
 */
export function answerNoRequest(documentationUrl: string): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code !== 'ECONNRESET' && socket.writable && !hasBegunToAnswer(socket))
      socket.write(refusal(PROBLEMS[error.code ?? ''] ?? NO_HTTP, documentationUrl));
    socket.destroy(error);
  };
}

/** `_httpMessage` is the answer under way; Node.js has no published member for it. */
function hasBegunToAnswer(socket: Socket & { _httpMessage?: OutgoingMessage | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function refusal(problem: Problem, documentationUrl: string): string {
  const body = JSON.stringify(problemDocument(problem, { documentationUrl, requestId: newCorrelationId() }));
  const retryAfterSeconds = comesBackAfter(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Cache-Control: no-store',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/problem+json; charset=utf-8',
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    'X-Content-Type-Options: nosniff',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
