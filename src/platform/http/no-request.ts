import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, problemDocument } from '../errors/problem.js';
import { newCorrelationId } from '../telemetry/correlation.js';

/** What the parser refuses with a status that no code of ours has: it is answered without a body. */
const WITHOUT_BODY: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Answers bytes that never become a request, on the bare socket: no hook and no filter sees them. Fastify's own answer is a
 * JSON document of another kind than every other error has. (Node.js, "Event: 'clientError'".)
 */
export function answerNoRequest(documentationUrl: string): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const bare = WITHOUT_BODY[error.code ?? ''];
    if (socket.writable) socket.write(bare === undefined ? refusal(documentationUrl) : answer(bare, [], ''));
    socket.destroy(error);
  };
}

function refusal(documentationUrl: string): string {
  const problem = new Problem('invalid_request', { detail: 'The bytes are not an HTTP request.' });
  const document = problemDocument(problem, { documentationUrl, requestId: newCorrelationId() });
  return answer(problem.status, ['Content-Type: application/problem+json; charset=utf-8'], JSON.stringify(document));
}

function answer(status: number, headers: readonly string[], body: string): string {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Cache-Control: no-store',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    'X-Content-Type-Options: nosniff',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
