import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import pg from 'pg';

/**
 * What is possible on this machine: the same rows written by Fastify and node-postgres alone, without authentication,
 * validation, idempotency or an audit trail. `LIMIT_DATABASE_URL` names a database whose schema `ceiling` is
 * `limit-schema.ts`; prints `ready PORT`.
 */
const pool = new pg.Pool({ connectionString: process.env.LIMIT_DATABASE_URL, max: 10 });
const server = fastifyFactory({ logger: false });
server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

async function inTransaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

interface Opening {
  id: string;
  subjectId: string;
}

/** As many row writes as a case costs us: eleven, of which two are the second ones of a row. */
function opening(app: FastifyInstance): void {
  app.post('/open', async (request, reply) => {
    const { id, subjectId } = JSON.parse(String(request.body)) as Opening;
    const filler = Buffer.alloc(60, 1);
    await inTransaction(async (client) => {
      await client.query('INSERT INTO ceiling.keys (id, sealed) VALUES ($1, $2)', [id, filler]);
      await client.query('UPDATE ceiling.keys SET sealed = $2 WHERE id = $1', [id, filler]);
      await client.query(
        'INSERT INTO ceiling.counters (id, used) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET used = ceiling.counters.used + 1',
        [Number.parseInt(id.slice(-2), 36) % 32],
      );
      await client.query('INSERT INTO ceiling.cases (id, subject_id, state, sealed) VALUES ($1, $2, $3, $4)', [
        id,
        subjectId,
        'link_sent',
        filler,
      ]);
      await client.query('INSERT INTO ceiling.case_keys (id, sealed) VALUES ($1, $2)', [id, filler]);
      await client.query('INSERT INTO ceiling.heads (id, hash) VALUES ($1, $2)', [id, filler]);
      await client.query('INSERT INTO ceiling.events (id, data) VALUES ($1, $2)', [id, '{"state":"link_sent"}']);
      await client.query('UPDATE ceiling.heads SET hash = $2 WHERE id = $1', [id, filler]);
      await client.query('INSERT INTO ceiling.outbox (payload) VALUES ($1), ($1), ($1)', ['{"attempt":1}']);
    });
    return reply.status(201).send({ id, state: 'link_sent' });
  });
}

function delivery(app: FastifyInstance): void {
  const secret = createSecretKey(process.env.LIMIT_WEBHOOK_KEY ?? '', 'base64');
  app.post('/webhook', async (request, reply) => {
    const header = (name: string): string => String(request.headers[name] ?? '');
    const id = header('webhook-id');
    const mac = createHmac('sha256', secret)
      .update(`${id}.${header('webhook-timestamp')}.`)
      .update(request.body as Buffer);
    const given = Buffer.from(header('webhook-signature').slice(3), 'base64');
    const wanted = mac.digest();
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return reply.status(401).send();
    await pool.query('INSERT INTO ceiling.deliveries (id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      id,
      request.body,
    ]);
    return { received: true };
  });
}

interface Redemption {
  token: string;
  credentialId: string;
}

function redemption(app: FastifyInstance): void {
  app.post('/redeem', async (request, reply) => {
    const { token, credentialId } = JSON.parse(String(request.body)) as Redemption;
    let spent = 0;
    await inTransaction(async (client) => {
      const update = await client.query(
        'UPDATE ceiling.tokens SET consumed_at = clock_timestamp() WHERE id = $1 AND consumed_at IS NULL AND expires_at > clock_timestamp()',
        [token],
      );
      spent = update.rowCount ?? 0;
      if (spent === 1)
        await client.query('INSERT INTO ceiling.credentials (id, public_key) VALUES ($1, $2)', [
          credentialId,
          Buffer.alloc(90, 1),
        ]);
    });
    return spent === 1 ? reply.status(201).send({ id: credentialId }) : reply.status(410).send();
  });
}

opening(server);
delivery(server);
redemption(server);
await server.listen({ port: 0, host: '127.0.0.1' });
const address = server.server.address();
process.stdout.write(`ready ${typeof address === 'object' && address ? address.port : 0}\n`);
process.once('SIGTERM', () => void server.close().then(() => pool.end()));
