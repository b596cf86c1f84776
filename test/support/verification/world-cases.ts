import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { newId } from '../../../src/platform/ids/ids.js';
import { PolicyDocument } from '../../../src/policy/policy.js';
import { addPolicy } from '../../../src/policy/policy-rows.js';
import type { RecoveryCase } from '../../../src/recovery-case/recovery-case.js';
import type { SessionRef } from '../../../src/verification/session/verification-session.js';
import type { VerificationWorld } from './verification-world.js';

export interface CaseOptions {
  providers: PolicyDocument['providers'];
  privileged?: boolean;
  consented?: boolean;
  attempts?: number;
  policy?: Partial<PolicyDocument>;
  /** Of an earlier case, which has to be over. */
  subjectId?: string;
}

let counter = 0;

/** A case that awaits evidence, with a policy of its own, and a subject of its own unless one is given. */
export async function openCase(world: VerificationWorld, options: CaseOptions): Promise<RecoveryCase> {
  counter += 1;
  const group = `group-${process.pid}-${counter}`;
  const { clock, keys } = world.platform;
  const ids = {
    subject: options.subjectId ?? `sub_${newId('sub', clock.now()).slice(4)}`,
    policy: newId('pol', clock.now()),
    case: newId('rc', clock.now()),
  };
  const document = PolicyDocument.parse({
    name: group,
    include: [group],
    providers: options.providers,
    requiredChecks: ['face_match'],
    ...options.policy,
  });
  return world.database.transaction(async (tx) => {
    const profile = {
      login: `person.${group}`,
      displayName: 'A Person',
      givenName: 'A',
      familyName: 'Person',
      // The link goes to the first; a question goes to the other.
      emails: [`person.${group}@example.org`, `person.${group}@example.net`],
      phones: [],
      formerEmails: [],
    };
    await world.subjects.put(tx, {
      id: ids.subject,
      input: { profile, groups: [group], privileged: options.privileged ?? false, status: 'active' },
    });
    await addPolicy(tx, { id: ids.policy, document, createdBy: 'test' });
    await tx.run`INSERT INTO recovery_cases (id, reference, subject_id, mode, state, attempts_allowed, opened_by, opened_by_kind, channel, policy_id, policy_version, expires_at)
      VALUES (${ids.case}, ${ids.case}, ${ids.subject}, 'production', 'awaiting_evidence', ${options.attempts ?? 3}, 'agent', 'person', 'email', ${ids.policy}, 1, now() + interval '1 day')`;
    await keys.create(tx, ids.case);
    if (options.consented ?? true) {
      await tx.run`INSERT INTO consents (case_id, notice_version, language, notice_sha256, agreed) VALUES (${ids.case}, '1', 'en', '\\x00', true)`;
    }
    return tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${ids.case}`;
  });
}

/** A browser: cookies that were set come back with the next request. */
export function newBrowser(): { request: Request; reply: Reply } {
  const cookies: Record<string, string> = {};
  const reply = { setCookie: (name: string, value: string) => void (cookies[name] = value) };
  return { request: { cookies } as unknown as Request, reply: reply as unknown as Reply };
}

export async function readCase(world: VerificationWorld, caseId: string): Promise<RecoveryCase> {
  return world.database.read((tx) => tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${caseId}`);
}

export async function auditTypes(world: VerificationWorld, caseId: string): Promise<string[]> {
  const rows = await world.database.read(
    (tx) => tx.many<{ type: string }>`SELECT type FROM audit_events WHERE chain_id = ${caseId} ORDER BY seq`,
  );
  return rows.map((row) => row.type);
}

interface OutboxRow {
  id: string;
  event: string;
  payload: SessionRef & { inboxId: string };
}

/** Does what the queue would do with every event that is due, until none is left. Returns the events in order. */
export async function drain(world: VerificationWorld): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const rows = await world.database.transaction(
      (tx) => tx.many<OutboxRow>`
      UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL AND due_at <= clock_timestamp() RETURNING id::text, event, payload`,
    );
    if (rows.length === 0) return seen;
    for (const row of rows.sort((a, b) => Number(a.id) - Number(b.id))) {
      seen.push(row.event);
      await perform(world, row);
    }
  }
}

async function perform(world: VerificationWorld, { event, payload }: OutboxRow): Promise<void> {
  if (event === 'verification.session_pending') await world.opener.openPending(payload.sessionId);
  if (event === 'verification.surplus_due') await world.surplusSettlement.settle(payload.sessionId);
  if (event === 'verification.collect_due') await world.collector.collect(payload);
  if (event === 'verification.push_received')
    await world.database.transaction((tx) => world.inbox.match(tx, payload.inboxId));
}

/** Everything that is planned is due now. */
export async function letTimePass(world: VerificationWorld): Promise<string[]> {
  await world.database.transaction(async (tx) => {
    await tx.run`UPDATE outbox SET due_at = clock_timestamp() WHERE published_at IS NULL`;
    await tx.run`UPDATE verification_sessions SET next_fetch_at = clock_timestamp() WHERE next_fetch_at IS NOT NULL`;
    await tx.run`UPDATE provider_controls SET open_until = clock_timestamp() WHERE open_until IS NOT NULL`;
    await tx.run`UPDATE surplus_sessions SET next_try_at = clock_timestamp() WHERE state = 'due'`;
  });
  return drain(world);
}

/** Events that an earlier test left behind are nobody's business, and neither is what it told about partners. */
export async function forgetPlanned(world: VerificationWorld): Promise<void> {
  await world.database.transaction(async (tx) => {
    await tx.run`UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL`;
    await tx.run`UPDATE provider_controls SET open_until = NULL, disabled_at = NULL, disabled_reason = NULL, session_cost = NULL,
      daily_budget = NULL, watched_since = NULL, watch_ended_at = clock_timestamp()`;
    await tx.run`UPDATE verification_sessions SET asked_at = asked_at - interval '1 day'`;
  });
}
