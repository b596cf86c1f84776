import { runMigrations } from 'bullmq';
import pg from 'pg';

/** Creates or updates BullMQ's own schema. Its migrations are BullMQ's; ours never touch that schema. */
export async function migrateQueueSchema(queueOwnerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: queueOwnerUrl });
  await client.connect();
  try {
    await runMigrations(client, 'bullmq', {});
  } finally {
    await client.end();
  }
}
