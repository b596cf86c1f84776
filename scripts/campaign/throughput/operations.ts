import { randomBytes } from 'node:crypto';
import { parseWebhookSecret, signWebhook } from '../../../providers/kit/standard-webhooks/index.js';
import { newId, newReference } from '../../../src/platform/ids/ids.js';
import { apiKeyMac } from '../../../src/staff-access/api-keys.js';
import { SystemClock } from '../../../src/platform/clock/clock.js';
import { Challenges } from '../../../src/passkey-registration/challenges.js';
import { insertSubject, seedApprovedCase } from '../../../test/support/approved-case.js';
import { SoftwareAuthenticator } from '../../../test/support/software-authenticator.js';
import type { TwoProcesses } from '../two-processes.js';
import type { PreparedRequest } from './load.js';
import { addPolicy } from '../../../src/policy/policy-rows.js';
import { LOAD_POLICY } from './load-policy.js';

/** One thing that is measured: the same load on the product and on what is possible. */
export interface Operation {
  name: 'open' | 'deliver' | 'redeem';
  /** Share of the limit that the product must reach. */
  least: number;
  /** Requests of one run. */
  requests: number;
  product(rig: TwoProcesses, count: number): Promise<PreparedRequest[]>;
  limit(rig: TwoProcesses, count: number): Promise<PreparedRequest[]>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const AGENTS = 32;
const AT_ONCE = 8;

export const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

async function many<Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  for (let at = 0; at < count; at += AT_ONCE)
    made.push(
      ...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, index) => make(at + index)))),
    );
  return made;
}

const LOAD_SCOPES = ['cases:write', 'cases:read'];

/** As many agents as connections, each with a key of its own, and a policy for everybody. */
export async function openings(
  rig: Pick<TwoProcesses, 'database' | 'ring'>,
  count: number,
): Promise<PreparedRequest[]> {
  const keys = Array.from({ length: AGENTS }, () => `rgk_${randomBytes(32).toString('base64url')}`);
  await rig.database.transaction(async (tx) => {
    await addPolicy(tx, LOAD_POLICY);
    for (const key of keys) {
      const made = { id: newId('key', new Date()), digest: rig.ring.digest('token', key), scopes: LOAD_SCOPES };
      await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes, mac)
        VALUES (${made.id}, ${made.digest}, 'load', ${made.scopes}, ${apiKeyMac(rig.ring, made)})`;
    }
  });
  const subjects = await many(count, () => rig.database.transaction((tx) => insertSubject(tx, rig.ring)));
  return subjects.map((id, index) => ({
    path: '/v1/recovery-cases',
    headers: {
      ...JSON_TYPE,
      authorization: `Bearer ${keys[index % AGENTS]}`,
      'idempotency-key': newReference() + randomBytes(12).toString('hex'),
    },
    body: JSON.stringify({
      subject: { id },
      delivery: { channel: 'email' },
      reason: 'The telephone and the key are lost.',
      ticketRef: `INC-${index}`,
    }),
  }));
}

function deliveries(path: string, count: number): PreparedRequest[] {
  const secrets = [parseWebhookSecret(WEBHOOK_SECRET)];
  return Array.from({ length: count }, () => {
    const body = JSON.stringify({ sessionId: randomBytes(12).toString('hex'), status: 'waiting' });
    const id = `msg_${randomBytes(12).toString('hex')}`;
    const signed = signWebhook({ id, sentAt: new Date(), body: new TextEncoder().encode(body), secrets });
    return { path, headers: { ...JSON_TYPE, ...signed }, body };
  });
}

/** An approved case each, with a token, an open challenge and a finished ceremony of the browser that it is bound to. */
async function registrations(rig: TwoProcesses, count: number): Promise<PreparedRequest[]> {
  const challenges = new Challenges(rig.ring, new SystemClock());
  return many(count, async () => {
    const holder = await seedApprovedCase(rig.database, rig.ring, { tokenLifeMs: 3_000_000 });
    const challenge = await rig.database.transaction((tx) => challenges.createForToken(tx, holder.tokenId));
    const credential = new SoftwareAuthenticator({ origin: rig.origin }).create({
      challenge,
      rp: { id: 'localhost' },
      user: { id: randomBytes(32).toString('base64url') },
    });
    return {
      path: '/v1/passkey-registrations',
      headers: {
        ...JSON_TYPE,
        origin: rig.origin,
        'sec-fetch-site': 'same-origin',
        cookie: `__Host-regain_capture=${holder.captureSecret}`,
        'idempotency-key': randomBytes(12).toString('hex'),
      },
      body: JSON.stringify({ token: holder.token, credential }),
    };
  });
}

const named = (path: string, bodies: readonly object[]): PreparedRequest[] =>
  bodies.map((body) => ({ path, headers: JSON_TYPE, body: JSON.stringify(body) }));

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'open',
    least: 0.5,
    requests: 1_600,
    product: openings,
    limit: async (_rig, count) =>
      named(
        '/open',
        Array.from({ length: count }, () => ({ id: newId('rc', new Date()), subjectId: newId('sub', new Date()) })),
      ),
  },
  {
    name: 'deliver',
    least: 0.6,
    requests: 4_800,
    product: async (_rig, count) => deliveries('/v1/webhooks/sandbox', count),
    limit: async (_rig, count) => deliveries('/webhook', count),
  },
  {
    name: 'redeem',
    least: 0.5,
    requests: 1_600,
    product: registrations,
    async limit(rig, count) {
      const tokens = Array.from({ length: count }, () => newId('tok', new Date()));
      await rig.database.read(
        (tx) => tx.run`INSERT INTO ceiling.tokens (id, expires_at)
          SELECT unnest(${tokens}::text[]), clock_timestamp() + interval '1 hour'`,
      );
      return named(
        '/redeem',
        tokens.map((token) => ({ token, credentialId: newId('pk', new Date()) })),
      );
    },
  },
];
