import { STATUS_CODES, type OutgoingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, problemDocument } from '../errors/problem.js';
import { newCorrelationId } from '../telemetry/correlation.js';

/** What the parser refuses with a status that no code of ours has: it is answered without a body. */
const WITHOUT_BODY: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Answers bytes that never become a request, on the bare socket: no hook and no filter sees them. Fastify's own answer is a
 * JSON document of another kind than every other error has. Into an answer that has begun nothing is written, as Node.js
 * itself does not: its reader would take this one for a part of it. (Node.js, "Event: 'clientError'" and
 * `socketOnError` in lib/_http_server.js.)
 */
export function answerNoRequest(documentationUrl: string): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    const bare = WITHOUT_BODY[error.code ?? ''];
    if (error.code !== 'ECONNRESET' && socket.writable && !hasBegunToAnswer(socket))
      socket.write(bare === undefined ? refusal(documentationUrl) : answer(bare, [], ''));
    socket.destroy(error);
  };
}

/** `_httpMessage` is the answer under way; Node.js has no published member for it. */
function hasBegunToAnswer(socket: Socket & { _httpMessage?: OutgoingMessage | null }): boolean {
  return socket._httpMessage?.headersSent === true;
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
