import { afterAll, beforeAll } from '@jest/globals';
import pg from 'pg';
import { openQueueConnection } from '../../src/platform/queue/queue-connection.js';
import { migrateQueueSchema } from '../../src/platform/queue/queue-migrations.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { queueContract } from './queue.contract.js';

let test: TestDatabase;
let operator: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 2 });
  await migrateQueueSchema(test.queueUrl);
  operator = new pg.Client({ connectionString: test.superuserUrl });
  await operator.connect();
});
afterAll(async () => {
  await operator.end();
  await test.close();
});

/** BullMQ's own tables, apart from the list of its migrations. */
async function flush(): Promise<void> {
  const { rows } = await operator.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'",
  );
  await operator.query(`TRUNCATE ${rows.map(({ tablename }) => `bullmq."${tablename}"`).join(', ')}`);
}

queueContract('PostgreSQL', async () => ({
  connection: await openQueueConnection({ databaseUrl: test.queueUrl, poolSize: 16 }),
  settings: { QUEUE_DATABASE_URL: test.queueUrl },
  test,
  cutSessions: async () =>
    void (await operator.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'regain_queue' AND datname = current_database()",
    )),
  flush,
  dispose: flush,
}));
