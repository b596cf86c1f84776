import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { json, status, type Fault } from '../../providers/kit/conformance/fault.js';
import { eventually } from '../harness/eventually.js';
import { UnexpectedAnswerError } from '../harness/http-client.js';
import type { Campaign } from './campaign.js';
import { FailoverRig, type Locked } from './failover-rig.js';
import type { Part } from './progress.js';

const PEOPLE = 200;
const DECISION_TIMEOUT_MS = 120_000;
const SHARE_BACK_MS = 60_000;
const DOWN_MS = 60_000;
const DOWN_PEOPLE = 20;
const MAX_ADDED_MS = 5_000;
/** Longest wait before a person presses again, whatever the page advises. */
const MAX_PATIENCE_MS = 2_000;

/** How partner A misbehaves, phase by phase; the first is the twin without a fault that the others are compared with. */
const PHASES: readonly { name: string; fault?: Fault; lies?: true }[] = [
  { name: 'healthy' },
  { name: '5xx', fault: status(503) },
  { name: 'reset', fault: { kind: 'reset' } },
  { name: 'hang', fault: { kind: 'hang', accepted: false } },
  { name: 'hang after accepting', fault: { kind: 'hang', accepted: true } },
  { name: 'garbage', fault: json('{"nothing":"documented"}') },
  { name: 'lying about whose result it is', lies: true },
  { name: 'all down, nobody to stand in' },
  { name: 'all down, own machine stands in' },
];

/** Partner A in every bad mood, and both down for a minute: nobody is lost, nobody pays twice, nobody waits long. */
export const failover: Campaign = {
  help: '200 people at once for each way in which partner A fails; all of them finish through B',
  defaultUnits: PHASES.length,
  unit: 'phases',
  async *run({ units, done, seed }) {
    const rig = await FailoverRig.start();
    try {
      for (const [index, phase] of PHASES.slice(0, units).entries()) {
        if (index < done) continue;
        const group = `failover-${seed}-${index}`;
        if (phase.name.startsWith('all down'))
          yield await allDown(rig, { group, local: phase.name.includes('own machine') });
        else yield await onePhase(rig, { ...phase, group });
      }
    } finally {
      await rig.stop();
    }
  },
  judge: (parts) => {
    const twin = parts.find(({ figures }) => figures?.phase0 === 1)?.figures?.handoffP95Ms;
    return parts.flatMap(({ figures }) => {
      const added = Number(figures?.handoffP95Ms ?? 0) - Number(twin ?? 0);
      return figures?.handoffP95Ms !== undefined && added > MAX_ADDED_MS ? [`p95 added ${Math.round(added)} ms`] : [];
    });
  },
  summary: (parts) =>
    parts
      .map(({ figures }, index) => {
        const { handoffP95Ms, shareBackMs, throughB, waitedMs } = figures ?? {};
        const told = { handoffP95Ms, shareBackMs, throughB, waitedMs };
        return `${PHASES[index]?.name}: ${JSON.stringify(told)}`;
      })
      .join('; '),
};

async function onePhase(
  rig: FailoverRig,
  phase: { name: string; group: string; fault?: Fault; lies?: true },
): Promise<Part> {
  await rig.policy(phase.group, ['clear1', 'sandbox']);
  const people = await rig.people(phase.group, PEOPLE);
  rig.a.network.arm(phase.fault);
  if (phase.lies) rig.a.partner.setDefaultScenario({ scenario: 'wrong_nonce' });
  const waits = await Promise.all(people.map(({ applicant }) => untilHandedOver(applicant)));
  const faults: string[] = [];
  let throughB = 0;
  for (const { caseId } of people) {
    const decided = await rig.decided(caseId, DECISION_TIMEOUT_MS).catch(() => undefined);
    const { created, living } = await rig.sessionsOf(caseId);
    if (decided?.state !== 'approved') faults.push(`${phase.name}: ${caseId} is ${decided?.state ?? 'undecided'}`);
    if (living > 0) faults.push(`${phase.name}: ${caseId} has ${living} living sessions (${created.join(', ')})`);
    if (decided?.provider === 'sandbox') throughB += 1;
  }
  rig.a.network.arm(undefined);
  rig.a.partner.setDefaultScenario({ scenario: 'pass' });
  const bad = phase.fault !== undefined || phase.lies === true;
  const shareBackMs = bad ? await untilShareIsBack(rig, phase.group) : 0;
  if (shareBackMs > SHARE_BACK_MS) faults.push(`${phase.name}: A had its share after ${shareBackMs} ms`);
  const figures = { phase0: bad ? 0 : 1, handoffP95Ms: p95(waits), shareBackMs, throughB };
  return { units: 1, faults, figures };
}

/** As a person would: the click, and again when the page says "in a moment". Milliseconds until a hand-off is there. */
async function untilHandedOver(applicant: Locked['applicant']): Promise<number> {
  const startedAt = performance.now();
  const click = async (): Promise<boolean> => {
    const answer = await applicant.http.post('/v1/flow/verification', {});
    if (answer.status === 200) return true;
    if (answer.status !== 503 && answer.status !== 409) throw new UnexpectedAnswerError(answer, 200);
    // Handed over and decided meanwhile: the partner was quicker than our question.
    const flow = await applicant.http.get('/v1/flow');
    if (flow.status === 200 && flow.json<{ state: string }>().state !== 'awaiting_evidence') return true;
    await pause(Math.min(MAX_PATIENCE_MS, 1_000 * Number(answer.headers.get('retry-after') ?? 1)));
    return false;
  };
  await eventually('a hand-off', click, { timeoutMs: DECISION_TIMEOUT_MS });
  return performance.now() - startedAt;
}

async function untilShareIsBack(rig: FailoverRig, group: string): Promise<number> {
  const startedAt = performance.now();
  await eventually(
    'A has its share again',
    async () => {
      const [one] = await rig.people(group, 1);
      if (!one) return false;
      await untilHandedOver(one.applicant);
      await rig.decided(one.caseId, DECISION_TIMEOUT_MS);
      return (await rig.sessionsOf(one.caseId)).created[0] === 'clear1';
    },
    { timeoutMs: 2 * SHARE_BACK_MS },
  );
  return Math.round(performance.now() - startedAt);
}

/**
 * Both partners away for a minute: without a stand-in the cases wait and then finish by themselves, with one they go to
 * review.
 */
async function allDown(rig: FailoverRig, { group, local }: { group: string; local: boolean }): Promise<Part> {
  await rig.policy(group, ['clear1', 'sandbox', ...(local ? ['local'] : [])]);
  const people = await rig.people(group, DOWN_PEOPLE);
  for (const { network } of [rig.a, rig.b]) network.arm(status(503));
  const startedAt = performance.now();
  const faults = local ? await standIn(rig, people) : await waitTogether(rig, { people, startedAt });
  for (const { network } of [rig.a, rig.b]) network.arm(undefined);
  return { units: 1, faults, figures: { waitedMs: Math.round(performance.now() - startedAt) } };
}

async function waitTogether(rig: FailoverRig, from: { people: Locked[]; startedAt: number }): Promise<string[]> {
  const { people, startedAt } = from;
  const faults: string[] = [];
  for (const { applicant } of people) await applicant.http.post('/v1/flow/verification', {});
  for (const { caseId } of people) {
    const { stateReason } = await rig.desk.caseWhen(caseId, (view) => view.stateReason === 'waiting_for_provider');
    if (stateReason !== 'waiting_for_provider') faults.push(`${caseId} does not say that it waits`);
  }
  await eventually('a minute is over', async () => performance.now() - startedAt > DOWN_MS, { timeoutMs: 2 * DOWN_MS });
  for (const { network } of [rig.a, rig.b]) network.arm(undefined);
  for (const { caseId } of people) {
    const decided = await rig.decided(caseId, 10 * DECISION_TIMEOUT_MS).catch(() => undefined);
    if (decided?.state !== 'approved') faults.push(`${caseId} is ${decided?.state ?? 'undecided'} afterwards`);
  }
  return faults;
}

async function standIn(rig: FailoverRig, people: Locked[]): Promise<string[]> {
  const faults: string[] = [];
  const document = await rig.trial.picture('demo.ana', 'document_front');
  const selfie = await rig.trial.picture('demo.ana', 'selfie');
  for (const { applicant, caseId } of people) {
    await untilHandedOver(applicant);
    await applicant.upload('document_front', document);
    await applicant.upload('selfie', selfie);
    (await applicant.http.post('/v1/flow/submit')).expect(202);
    const decided = await rig.decided(caseId, DECISION_TIMEOUT_MS);
    if (decided.state !== 'in_review') faults.push(`${caseId} is ${decided.state}, not in review`);
  }
  return faults;
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0);
}
