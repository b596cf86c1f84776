import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Database } from '../platform/database/database.js';
import { redrive } from '../platform/queue/redrive.js';
import { BoardAdapter } from './board-adapter.js';
import { onlyLooks, operatorTokenGiven, refuseWithoutToken } from './operator-token.js';
import { auditRedrive } from './redrive-audit.js';

export interface DashboardParts {
  token: string;
  queues: readonly Queue[];
  database: Database;
}

const PREFIX = '/queues';

/** React sets styles on elements, and the page brings one of its own; nothing is loaded from anywhere else. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/**
 * What may be done here besides looking, and not by a button: putting dead letters back, which is written down before it is
 * done. Jobs hold ids only, and none is added, edited, moved or deleted by hand: what a queue has lost is the sweeper's to
 * bring back.
 */
const REDRIVE = '/redrive';

const RedriveBody = z.strictObject({
  queue: z.string().max(100).optional(),
  jobId: z.string().max(200).optional(),
});

/**
 * bull-board at `/queues` of a worker's operators' port, to look at, and `POST /queues/redrive`. A browser asks for a
 * password: the operators' token, under any name. It is sent along by itself from then on, so what changes something must
 * come with the token by hand, or from the dashboard's own pages.
 */
export async function queueDashboard(server: FastifyInstance, parts: DashboardParts): Promise<void> {
  const adapter = new BoardAdapter(PREFIX);
  createBullBoard({
    queues: parts.queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Regain queues' } },
  });
  await server.register(
    async (board) => {
      board.addHook('onRequest', (request, reply) => admit(request, reply, parts.token));
      board.addHook('onSend', async (_request, reply) => {
        void reply.header('content-security-policy', CONTENT_POLICY).header('cache-control', 'no-store');
        void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
      });
      board.post(REDRIVE, async (request, reply) => {
        const body = RedriveBody.safeParse(request.body ?? {});
        if (!body.success) return reply.status(400).send({ status: 400, code: 'invalid_request' });
        const redriven = await redrive(parts.queues, body.data, (intended) =>
          auditRedrive(parts.database, 'operators_port', [intended]),
        );
        return { redriven };
      });
      adapter.register(board);
    },
    { prefix: PREFIX },
  );
}

async function admit(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void> {
  const by = operatorTokenGiven(request.headers.authorization, token);
  if (!by) {
    await refuseWithoutToken(reply);
    return;
  }
  if (onlyLooks(request.method)) return;
  const path = request.url.split('?')[0] ?? '';
  if (path !== `${PREFIX}${REDRIVE}`) await reply.status(403).send({ status: 403, code: 'insufficient_scope' });
  else if (by === 'basic' && !fromOwnPage(request))
    await reply.status(403).send({ status: 403, code: 'origin_not_allowed' });
}

/**
 * Browsers send `Sec-Fetch-Site` to trustworthy addresses only (W3C Fetch Metadata, 2.4), so not over plain http inside a
 * network; there `Origin` tells, which comes with everything that is not a GET (Fetch Standard, 3.2).
 */
function fromOwnPage({ headers, protocol }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.host !== undefined && headers.origin === `${protocol}://${headers.host}`;
}
