import { randomBytes } from 'node:crypto';
import { Subjects } from '../../src/directory/subjects.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { rowMac } from '../../src/platform/crypto/row-macs.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { newId, newReference, newSecret } from '../../src/platform/ids/ids.js';
import { PolicyDocument } from '../../src/policy/policy.js';
import { addPolicy } from '../../src/policy/policy-rows.js';
import type { CaseState } from '../../src/recovery-case/case-states.js';

/** An approved case whose token was issued to one browser. */
export interface ApprovedCase {
  caseId: string;
  subjectId: string;
  tokenId: string;
  token: string;
  /** Value of the capture cookie of the browser the token is bound to. */
  captureSecret: string;
}

export interface ApprovedCaseOptions {
  /** An account that exists already. */
  subjectId?: string;
  /** Life of the case and of the token. Default one hour and ten minutes. */
  caseLifeMs?: number;
  tokenLifeMs?: number;
}

const POLICY_ID = 'pol_approvedcasetestpolicy';

/** A subject with a profile, active. */
export async function insertSubject(tx: Transaction, ring: KeyRing): Promise<string> {
  const id = newId('sub', new Date());
  const login = `person.${randomBytes(6).toString('hex')}`;
  const profile = {
    login,
    displayName: 'Test Person',
    givenName: 'Test',
    familyName: 'Person',
    emails: [`${login}@example.org`],
    phones: [],
    formerEmails: [],
  };
  // No portrait is stored or read here, so the object store is never touched.
  await new Subjects(ring).put(tx, {
    id,
    input: { profile, groups: [], privileged: false, status: 'active' },
  });
  return id;
}

async function insertPolicy(tx: Transaction): Promise<void> {
  const document = PolicyDocument.parse({ name: 'test', providers: ['local'], requiredChecks: ['face_match'] });
  await addPolicy(tx, { id: POLICY_ID, document, createdBy: 'test' });
}

/** Puts an approved case with one live token straight into the database: the stages before it are tested elsewhere. */
export async function seedApprovedCase(
  database: Database,
  ring: KeyRing,
  options: ApprovedCaseOptions = {},
): Promise<ApprovedCase> {
  const { caseLifeMs = 3_600_000, tokenLifeMs = 600_000 } = options;
  return database.transaction(async (tx) => {
    await insertPolicy(tx);
    const subjectId = options.subjectId ?? (await insertSubject(tx, ring));
    const caseId = newId('rc', new Date());
    const captureSecret = newSecret();
    await tx.run`
      INSERT INTO recovery_cases (id, reference, subject_id, mode, state, attempts_allowed, opened_by, opened_by_kind, channel, policy_id, policy_version, expires_at)
      VALUES (${caseId}, ${newReference() + randomBytes(4).toString('hex')}, ${subjectId}, 'production', 'approved', 3, 'agent', 'person', 'email', ${POLICY_ID}, 1,
        clock_timestamp() + make_interval(secs => ${caseLifeMs / 1_000}))`;
    await new CaseKeys(ring).create(tx, caseId);
    const bound = ring.digest('token', captureSecret);
    await tx.run`INSERT INTO capture_bindings (case_id, attempt, cookie_digest, mac)
      VALUES (${caseId}, 1, ${bound}, ${rowMac(ring, 'capture_bindings', [caseId, 1, bound])})`;
    const { tokenId, token } = await insertToken(tx, ring, { caseId, subjectId, captureSecret, lifeMs: tokenLifeMs });
    return { caseId, subjectId, tokenId, token, captureSecret };
  });
}

async function insertToken(
  tx: Transaction,
  ring: KeyRing,
  owner: { caseId: string; subjectId: string; captureSecret: string; lifeMs: number },
): Promise<{ tokenId: string; token: string }> {
  const tokenId = newId('tok', new Date());
  const token = newSecret();
  const [digest, capture] = [ring.digest('token', token), ring.digest('token', owner.captureSecret)];
  const mac = rowMac(ring, 'recovery_tokens', [tokenId, owner.caseId, owner.subjectId, digest, capture]);
  await tx.run`
    INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, expires_at, mac)
    VALUES (${tokenId}, ${owner.caseId}, ${owner.subjectId}, ${digest}, 'registration', 'production', 'own', ${capture},
      clock_timestamp() + make_interval(secs => ${owner.lifeMs / 1_000}), ${mac})`;
  return { tokenId, token };
}

/** What became of a case: the facts a race is judged by. */
export interface CaseFacts {
  state: CaseState;
  credentials: number;
  consumedTokens: number;
  spentChallenges: number;
  completedEvents: number;
}

export async function factsOf(database: Database, caseId: string): Promise<CaseFacts> {
  return database.read(
    (tx) => tx.one<CaseFacts>`
      SELECT c.state,
        (SELECT count(*)::int FROM credentials WHERE case_id = c.id) AS credentials,
        (SELECT count(*)::int FROM recovery_tokens WHERE case_id = c.id AND consumed_at IS NOT NULL) AS consumed_tokens,
        (SELECT count(*)::int FROM webauthn_challenges h JOIN recovery_tokens t ON t.id = h.token_id WHERE t.case_id = c.id AND h.consumed_at IS NOT NULL) AS spent_challenges,
        (SELECT count(*)::int FROM outbox WHERE event = 'case.completed' AND payload->>'caseId' = c.id) AS completed_events
      FROM recovery_cases c WHERE c.id = ${caseId}`,
  );
}

/** Types of a case's audit events, in order. */
export async function auditOf(database: Database, caseId: string): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<{ type: string }>`SELECT type FROM audit_events WHERE chain_id = ${caseId} ORDER BY seq`,
  );
  return rows.map((row) => row.type);
}
