import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { status, json, type Fault } from '../../../providers/kit/conformance/fault.js';
import { parseWebhookSecret, signWebhook } from '../../../providers/kit/standard-webhooks/index.js';
import type { ScenarioName } from '../../../providers/kit/simulator/index.js';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';

const EACH_MS = 4_000;
/** An open circuit lets nobody by for half a minute. */
const MET_WITHIN_MS = 60_000;
const COPIES = 100;
const ONCE = ['case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);

/** The partner's network misbehaves in each way for a while. */
const misbehaves =
  (faults: readonly Fault[]) =>
  async ({ rig }: Scene): Promise<string[]> => {
    const { network } = rig.partner;
    const missed: string[] = [];
    const later: Promise<string[]>[] = [];
    for (const [index, fault] of faults.entries()) {
      network.arm(fault);
      await pause(EACH_MS);
      // Everybody is past the partner, or its circuit is open: somebody else comes, and is waited for.
      if (network.faulted === 0) later.push(rig.recoverAll(await rig.newPeople(1)));
      await eventually('it is met', async () => network.faulted > 0, { timeoutMs: MET_WITHIN_MS }).catch(() =>
        missed.push(`nobody met fault ${index + 1} (${fault.kind})`),
      );
    }
    network.arm(undefined);
    return [...missed, ...(await Promise.all(later)).flat()];
  };

/** The partner pushes in its own ways for everybody who comes. */
const pushes =
  (scenarios: readonly ScenarioName[]) =>
  async ({ rig }: Scene): Promise<string[]> => {
    for (const scenario of scenarios) {
      rig.partner.simulator.setDefaultScenario({ scenario });
      const more = await rig.newPeople(2);
      // A partner that pushes early waits for somebody to do the check on its page.
      const done = new AbortController();
      const playing = scenario === 'early_push' ? playPartner(rig, done.signal) : undefined;
      const ends = await rig.recoverAll(more);
      done.abort();
      await playing;
      if (ends.length > 0) return ends.map((text) => `${scenario}: ${text}`);
    }
    return [];
  };

/** Does the check for everybody who stands at the partner, until told to stop. */
async function playPartner({ partner }: Scene['rig'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const reference of partner.simulator.references().slice(-8))
      await partner.simulator.decide(reference, { scenario: 'pass' });
    await pause(500);
  }
}

export const PARTNER_FAULTS: readonly FaultCase[] = [
  {
    id: 'F26',
    injected: 'the partner answers 500, 502, 503 and 429 with Retry-After',
    people: 8,
    during: misbehaves([
      status(500),
      status(502),
      status(503, { 'retry-after': '2' }),
      status(429, { 'retry-after': '2' }),
    ]),
    afterwards: once,
  },
  {
    id: 'F27',
    injected: 'the partner carries out what it is asked and never answers',
    people: 8,
    during: misbehaves([
      { kind: 'hang', accepted: true },
      { kind: 'hang', accepted: true },
    ]),
    afterwards: once,
  },
  {
    id: 'F28',
    injected: 'the partner dribbles, sends a body without end, cuts its answers in half',
    mayNeedReview: true,
    people: 6,
    during: misbehaves([{ kind: 'dribble' }, { kind: 'endless' }, { kind: 'truncated' }, { kind: 'reset' }]),
    afterwards: once,
  },
  {
    id: 'F29',
    injected: 'the partner answers garbage: other JSON, HTML with 200, doubled members, a byte order mark',
    mayNeedReview: true,
    people: 6,
    during: misbehaves([
      json('{"nothing":"documented"}'),
      { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome</h1>' },
      json('{"sessionId":"a","sessionId":"b"}'),
      json('\uFEFF{'),
    ]),
    afterwards: once,
  },
  {
    id: 'F30',
    injected: `each delivery ${COPIES} times in parallel to both API processes`,
    people: 6,
    async during(scene) {
      const { rig, people } = scene;
      const ends = await rig.recoverAll(people);
      return [...ends, ...(await flood(scene))];
    },
    afterwards: once,
  },
  {
    id: 'F31',
    injected: 'pushes out of order, late, replayed and with a bad signature',
    people: 2,
    during: pushes(['out_of_order', 'late_push', 'replay', 'duplicate', 'bad_signature', 'no_push']),
    afterwards: once,
  },
  {
    id: 'F32',
    injected: 'the partner pushes before its answer to the create call',
    people: 0,
    during: pushes(['early_push', 'early_push']),
    afterwards: once,
  },
  {
    id: 'F43',
    injected: 'the mail server refuses everything for 20 s',
    people: 6,
    async during({ rig }) {
      rig.mail.down = true;
      await pause(20_000);
      return [];
    },
    afterwards: once,
  },
];

/** Every session's push again under one new delivery id, many times at once. */
async function flood({ rig }: Scene): Promise<string[]> {
  const sessions = await rig.database.read(
    (tx) =>
      tx.many<{
        externalId: string;
      }>`SELECT external_id FROM verification_sessions WHERE external_id IS NOT NULL ORDER BY created_at DESC LIMIT 6`,
  );
  const secret = parseWebhookSecret(rig.partner.webhookSecret);
  const refused: string[] = [];
  for (const { externalId } of sessions) {
    const id = `msg_${randomBytes(12).toString('hex')}`;
    const body = new TextEncoder().encode(JSON.stringify({ sessionId: externalId, status: 'completed' }));
    const headers = signWebhook({ id, sentAt: new Date(), body, secrets: [secret] });
    const send = async (): Promise<number> => {
      const response = await fetch(`${rig.deployment.url}/v1/webhooks/sandbox`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
      await response.body?.cancel();
      return response.status;
    };
    const answers = await Promise.all(Array.from({ length: COPIES }, send));
    refused.push(...answers.filter((answer) => answer >= 300).map((answer) => `a copy was answered ${answer}`));
    const { count } = await rig.database.read(
      (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM webhook_inbox WHERE delivery_id = ${id}`,
    );
    rig.partner.pushes.accepted.add(id);
    if (count !== 1) refused.push(`${count} rows for one delivery`);
  }
  return refused;
}
