import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createNodeHttpPort } from '../../providers/kit/conformance/node-http-port.js';
import { parseWebhookSecret, signWebhook, type WebhookSecret } from '../../providers/kit/standard-webhooks/index.js';
import { sandboxProvider } from '../../providers/sandbox/index.js';
import { simulator } from '../../providers/sandbox/simulator/index.js';
import { SeededRandom } from '../harness/seeded-random.js';
import { createVerificationWorld } from '../../test/support/verification/verification-world.js';
import { newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import type { Database } from '../../src/platform/database/database.js';
import { eventually } from '../harness/eventually.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';
import { startTwoProcesses, type TwoProcesses } from './two-processes.js';

const SENDERS = 20;
const SESSIONS = 200;
const COPIES = 3;
/** How long a worker lives once it takes jobs. */
const LIVES_MS = 3_000;
const SETTLE_TIMEOUT_MS = 600_000;

interface Delivery {
  id: string;
  externalId: string;
}

/** Every delivery three times, in random order, to two processes, while the worker dies every few seconds (T29, F30). */
export const pushStorm: Campaign = {
  help: '20 senders, 4,000 deliveries three times each, two API processes, a worker killed 3 s after each start: one effect each',
  defaultUnits: 4_000,
  unit: 'deliveries',
  async *run({ units, done, seed }) {
    if (done >= units) return;
    const credentials = simulator.credentials();
    const partner = await simulator.start({ credentials });
    const environment = simulator.environment(partner.baseUrl, credentials);
    const rig = await startTwoProcesses({ providers: ['sandbox'], environment, origins: [partner.baseUrl] });
    try {
      const externalIds = await openSessions(rig, environment);
      const secret = parseWebhookSecret(credentials.webhookSecrets[0] ?? '');
      yield await storm(rig, { externalIds, secret, units: units - done, random: new SeededRandom(seed) });
    } finally {
      await rig.stop();
      await partner.close();
    }
  },
  summary: (parts) => JSON.stringify(parts.at(-1)?.figures ?? {}),
};

/** Sessions that stay open at the partner, made by the product's own code on the processes' database and keys. */
async function openSessions(rig: TwoProcesses, environment: Record<string, string>): Promise<string[]> {
  const adapter = sandboxProvider.create(sandboxProvider.environment.parse(environment), {
    http: createNodeHttpPort(),
    clock: { now: () => new Date() },
    logger: { info: () => undefined, warn: () => undefined },
  });
  const config = { embedded: true, PUBLIC_URL: rig.origin };
  const world = createVerificationWorld({ database: rig.database, providers: [adapter], config, ring: rig.ring });
  const externalIds: string[] = [];
  for (let index = 0; index < SESSIONS; index += 1) {
    const { id: caseId } = await openCase(world, { providers: ['sandbox'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    externalIds.push(session.externalId ?? '');
  }
  return externalIds;
}

async function storm(
  rig: TwoProcesses,
  given: { externalIds: readonly string[]; secret: WebhookSecret; units: number; random: SeededRandom },
): Promise<Part> {
  const { externalIds, secret, units, random } = given;
  const deliveries = Array.from({ length: units }, (_, index): Delivery => ({
    id: `msg_${index}_${randomBytes(8).toString('hex')}`,
    externalId: externalIds[index % externalIds.length] ?? '',
  }));
  const queue = shuffled(Array.from({ length: COPIES }, () => deliveries).flat(), random);
  const killer = killWorkers(rig);
  const startedAt = performance.now();
  const answers = new Map<number, number>();
  const sender = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const status = await send(rig.baseUrls[random.below(2)] ?? rig.baseUrls[0], { delivery: next, secret });
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const sentMs = Math.round(performance.now() - startedAt);
  await eventually('every delivery is settled', async () => (await unsettled(rig.database)) === 0, {
    timeoutMs: SETTLE_TIMEOUT_MS,
  });
  const settledMs = Math.round(performance.now() - startedAt);
  const kills = await killer.stop();
  const faults = [...(await faultsOf(rig.database, units)), ...refusals(answers)];
  return { units, faults, figures: { sentMs, settledMs, kills, stored: units } };
}

async function send(baseUrl: string, about: { delivery: Delivery; secret: WebhookSecret }): Promise<number> {
  const { delivery, secret } = about;
  const body = new TextEncoder().encode(JSON.stringify({ sessionId: delivery.externalId, status: 'waiting' }));
  const headers = signWebhook({ id: delivery.id, sentAt: new Date(), body, secrets: [secret] });
  const response = await fetch(`${baseUrl}/v1/webhooks/sandbox`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  await response.body?.cancel();
  return response.status;
}

/** One worker after another, each killed a few seconds after it began to take jobs; the last one is left alone. */
function killWorkers({ worker }: TwoProcesses): { stop(): Promise<number> } {
  let kills = 0;
  let over = false;
  const reign = async (): Promise<void> => {
    while (!over) {
      await worker.start();
      await pause(LIVES_MS);
      if (over) return;
      await worker.kill9();
      kills += 1;
    }
  };
  const reigning = reign();
  return {
    async stop() {
      over = true;
      await reigning;
      return kills;
    },
  };
}

async function unsettled(database: Database): Promise<number> {
  const { count } = await database.read(
    (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM webhook_inbox WHERE state <> 'matched'`,
  );
  return count;
}

/** One row for each delivery, and one effect in the trail for each row. */
async function faultsOf(database: Database, units: number): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<{ effects: number; deliveries: number }>`
      SELECT effects, count(*)::int AS deliveries FROM (
        SELECT i.id, (SELECT count(*)::int FROM audit_events a WHERE a.data->>'inboxId' = i.id
          AND a.type IN ('verification.push_matched', 'verification.late_result_ignored')) AS effects
        FROM webhook_inbox i) counted GROUP BY effects`,
  );
  const total = rows.reduce((sum, { deliveries }) => sum + deliveries, 0);
  const wrong = rows.filter(({ effects }) => effects !== 1);
  return [
    ...(total === units ? [] : [`${total} deliveries are stored instead of ${units}`]),
    ...wrong.map(({ effects, deliveries }) => `${deliveries} deliveries had ${effects} effects`),
  ];
}

const refusals = (answers: ReadonlyMap<number, number>): string[] =>
  [...answers].filter(([status]) => status >= 300).map(([status, count]) => `${count} copies were answered ${status}`);

function shuffled<Item>(items: Item[], random: SeededRandom): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
