import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { SecurityEvents } from '../../platform/telemetry/security-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { VerificationReports } from '../../verification/verification-reports.js';
import type { Finding } from '../decision.js';
import type { DocumentOwner } from './document-owner.js';
import { forgetMistaken } from './mistaken-documents.js';
import {
  identifyDocument,
  keysOfDocument,
  mayBeOne,
  reportedDocument,
  type DocumentIdentity,
  type DocumentKeys,
} from './document-number.js';

/** How much of a digest makes the number of a lock. */
const LOCK_BYTES = 8;
/** How many one round of the sweeper removes. */
const PRUNED_ROWS = 10_000;

/** A document that no proofing record names is forgotten after this time. */
export const DOCUMENT_KEPT_MONTHS = 12;

interface OwnDocument {
  subjectId: string;
  document: DocumentIdentity;
}

/** An account with the document its record names, if it names one. */
interface RecordedDocument extends Pick<OwnDocument, 'subjectId'> {
  document: DocumentIdentity | undefined;
}

/** One that an account comes to have. */
interface ClaimedDocument extends OwnDocument {
  /** When it had it first, where it has it already in another form. */
  since?: Date | undefined;
}

type ReportedCase = Pick<RecoveryCase, 'id' | 'attempt' | 'subjectId'>;

/**
 * Remembers which account a document belongs to (T64), so that one document never recovers two accounts. It stores a
 * keyed hash of issuer and number, once in the whole directory. The first account to have it keeps it; the number of a
 * renewed document joins the old one. Documents from cases are kept for twelve months. So is the number of a record that
 * was replaced, unless it was a mistake of the last week ({@link forgetMistaken}). Erasing a case does not remove it,
 * because it names no case.
 */
@Injectable()
export class KnownDocuments {
  constructor(
    private readonly ring: KeyRing,
    private readonly reports: VerificationReports,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** Whose the document is, as far as this deployment knows. */
  async ownerSeenBy(
    tx: Transaction,
    subjectId: string,
    document: DocumentIdentity | undefined,
  ): Promise<DocumentOwner> {
    const seen = await this.ownersSeenBy(tx, [{ subjectId, document }]);
    return seen.get(subjectId) ?? 'unread';
  }

  /** The same of many accounts at once, each with one document. */
  async ownersSeenBy(tx: Transaction, asked: readonly RecordedDocument[]): Promise<Map<string, DocumentOwner>> {
    const documents = asked.flatMap(({ document }) => document ?? []);
    const owners = await this.ownersOfAll(tx, documents);
    const seen = new Map<string, DocumentOwner>();
    for (const { subjectId, document } of asked) {
      const found = document ? keysOfDocument(document).found.flatMap((key) => owners.get(key) ?? []) : [];
      const known = found.some((owner) => owner !== subjectId) ? 'another_account' : 'this_account';
      const unknown = document ? 'new' : 'unread';
      seen.set(subjectId, found.length > 0 ? known : unknown);
    }
    return seen;
  }

  /**
   * Keeps, for the case's account, the document that the case is approved with. False if the document belongs to another
   * account: then the case must not be approved.
   * @throws CaseShreddedError
   */
  async keep(tx: Transaction, recoveryCase: ReportedCase): Promise<boolean> {
    const document = await this.documentOf(tx, recoveryCase);
    if (!document) return true;
    const { subjectId } = recoveryCase;
    return (await this.claim(tx, [{ subjectId, document }], DOCUMENT_KEPT_MONTHS)).has(subjectId);
  }

  /** Raises the alarm for a case whose decision found its document on another account. */
  async alarmIfShared(
    tx: Transaction,
    decided: { recoveryCase: ReportedCase; findings: readonly Finding[] },
  ): Promise<void> {
    const { recoveryCase, findings } = decided;
    if (!findings.some(({ reasonCodes }) => reasonCodes.includes('document_on_other_account'))) return;
    const { id: caseId, subjectId } = recoveryCase;
    await this.alarm(tx, { subjectId, document: await this.documentOf(tx, recoveryCase), caseId });
  }

  /**
   * Keeps the documents that the proofing records of these accounts name now. What they named before stays known for its
   * time, unless it was a mistake. A document of another account stays there, and raises the alarm. Each account once.
   */
  async keepRecorded(tx: Transaction, recorded: readonly RecordedDocument[]): Promise<void> {
    const named = recorded.flatMap(({ subjectId, document }) => (document ? [{ subjectId, document }] : []));
    const since = await this.sinceWhen(tx, named);
    await this.forgetLessExact(tx, named);
    const accounts = recorded.map(({ subjectId }) => subjectId);
    const current = this.digested(named, ({ kept }) => kept);
    await forgetMistaken(tx, { accounts, keyIds: this.ring.ids, current });
    await tx.run`UPDATE known_documents SET kept_until = clock_timestamp() + make_interval(months => ${DOCUMENT_KEPT_MONTHS})
      WHERE subject_id = ANY(${accounts}::text[]) AND kept_until IS NULL
        AND (subject_id, document_digest) NOT IN (SELECT * FROM unnest(${current.subjectIds}::text[], ${current.digests}::bytea[]))`;
    const claims = named.map((one) => ({ ...one, since: since.get(one.subjectId) }));
    const kept = await this.claim(tx, claims);
    for (const one of named) if (!kept.has(one.subjectId)) await this.alarm(tx, one);
  }

  /**
   * Since when these accounts have had the document their record names, under whatever key and register: an edit of the
   * record, or another master key, does not make it one of today.
   */
  private async sinceWhen(tx: Transaction, named: readonly OwnDocument[]): Promise<Map<string, Date>> {
    const looked = this.digested(named, ({ found, kept }) => [...found, ...kept]);
    const rows = await tx.many<{ subjectId: string; since: Date }>`
      SELECT d.subject_id, min(d.first_seen_at) AS since
      FROM unnest(${looked.subjectIds}::text[], ${looked.digests}::bytea[]) AS looked (subject_id, digest)
      JOIN known_documents d ON d.document_digest = looked.digest AND d.subject_id = looked.subject_id GROUP BY d.subject_id`;
    return new Map(rows.map(({ subjectId, since }) => [subjectId, since]));
  }

  /** A record that now says of its document which register it is from takes back that it may be of any. */
  private async forgetLessExact(tx: Transaction, named: readonly OwnDocument[]): Promise<void> {
    const exact = named.filter(({ document }) => document.register !== undefined);
    const before = this.digested(exact, ({ shared }) => [shared]);
    await tx.run`DELETE FROM known_documents WHERE (subject_id, document_digest) IN (
      SELECT * FROM unnest(${before.subjectIds}::text[], ${before.digests}::bytea[]))`;
  }

  /** Keys of each as digests under every key of the ring, beside their accounts. */
  private digested(
    owned: readonly OwnDocument[],
    pick: (keys: DocumentKeys) => string[],
  ): { subjectIds: string[]; digests: Buffer[] } {
    const all = owned.flatMap(({ subjectId, document }) =>
      pick(keysOfDocument(document))
        .flatMap((key) => this.ring.digests('document-number', key))
        .map((digest) => ({ subjectId, digest })),
    );
    return { subjectIds: all.map(({ subjectId }) => subjectId), digests: all.map(({ digest }) => digest) };
  }

  /** Tells of a document that turned up on two accounts, in the trail of the account it does not belong to. */
  private async alarm(tx: Transaction, found: RecordedDocument & { caseId?: string }): Promise<void> {
    const { subjectId, document, caseId } = found;
    const owners = document ? await this.ownersOf(tx, document) : [];
    const data = { belongsTo: owners.filter((owner) => owner !== subjectId), ...(caseId ? { caseId } : {}) };
    // Not in the case's own timeline, which the help desk reads (T75).
    await appendAudit(tx, {
      chainId: `subject:${subjectId}`,
      type: 'document.on_other_account',
      actor: SYSTEM,
      data,
    });
    tx.onCommit(() => this.securityEvents.report('document_on_other_account', caseId ? { caseId } : {}));
  }

  private async documentOf(tx: Transaction, { id, attempt }: ReportedCase): Promise<DocumentIdentity | undefined> {
    const stored = await this.reports.ofAttempt(tx, id, attempt);
    return stored && identifyDocument(reportedDocument(stored.withdrawnBy ?? stored.report));
  }

  /** Forgets what has had its time, no more of it at once than a round can do in passing. */
  async prune(tx: Transaction): Promise<number> {
    return tx.run`DELETE FROM known_documents WHERE ctid = ANY(ARRAY(SELECT ctid FROM known_documents
      WHERE kept_until <= statement_timestamp() ORDER BY kept_until LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  }

  private async ownersOf(tx: Transaction, document: DocumentIdentity): Promise<string[]> {
    const owners = await this.ownersOfAll(tx, [document]);
    return [...new Set([...owners.values()].flat())];
  }

  /** Who has each of the keys that these documents are found by. */
  private async ownersOfAll(tx: Transaction, documents: readonly DocumentIdentity[]): Promise<Map<string, string[]>> {
    const keys = [...new Set(documents.flatMap((document) => keysOfDocument(document).found))];
    const looked = keys.flatMap((key) => this.ring.digests('document-number', key).map((digest) => ({ key, digest })));
    const rows = await tx.many<{ key: string; owners: string[] }>`
      SELECT looked.key, array_agg(DISTINCT d.subject_id) AS owners
      FROM unnest(${looked.map(({ key }) => key)}::text[], ${looked.map(({ digest }) => digest)}::bytea[]) AS looked (key, digest)
      JOIN known_documents d ON d.document_digest = looked.digest
      WHERE d.kept_until IS NULL OR d.kept_until > clock_timestamp() GROUP BY looked.key`;
    return new Map(rows.map(({ key, owners }) => [key, owners]));
  }

  /** The accounts that have their document now; of two in one call the first. Accounts that race wait for each other. */
  private async claim(
    tx: Transaction,
    claims: readonly ClaimedDocument[],
    months: number | null = null,
  ): Promise<Set<string>> {
    await this.oneAtATime(tx, claims);
    const owners = await this.ownersOfAll(
      tx,
      claims.map(({ document }) => document),
    );
    const free = new Map<string, ClaimedDocument[]>();
    for (const claim of claims) {
      const { shared, found } = keysOfDocument(claim.document);
      const isTaken = found.some((key) => owners.get(key)?.some((owner) => owner !== claim.subjectId));
      const before = free.get(shared) ?? [];
      if (isTaken || before.some(({ document }) => mayBeOne(document, claim.document))) continue;
      free.set(shared, [...before, claim]);
    }
    return this.keepAll(tx, [...free.values()].flat(), months);
  }

  /** The accounts that have theirs now: a process of the version before this one does not wait for us. */
  private async keepAll(
    tx: Transaction,
    owned: readonly ClaimedDocument[],
    months: number | null,
  ): Promise<Set<string>> {
    const claims = new Map<string, ClaimedDocument>();
    for (const one of owned)
      for (const key of keysOfDocument(one.document).kept) claims.set(key, claims.get(key) ?? one);
    const keys = [...claims.keys()];
    const digests = keys.map((key) => this.ring.digest('document-number', key));
    const subjects = [...claims.values()].map(({ subjectId }) => subjectId);
    const since = [...claims.values()].map((claim) => claim.since ?? null);
    // What stands for any register stays with whoever had it first.
    const rows = await tx.many<{ key: string }>`
      WITH claimed AS (
        SELECT * FROM unnest(${keys}::text[], ${digests}::bytea[], ${subjects}::text[], ${since}::timestamptz[])
          AS claimed (key, digest, subject_id, since)
      ), kept AS (
        INSERT INTO known_documents (document_digest, subject_id, first_seen_at, kept_until)
        SELECT digest, subject_id, COALESCE(since, clock_timestamp()), clock_timestamp() + make_interval(months => ${months}) FROM claimed ORDER BY digest
        ON CONFLICT (document_digest) DO UPDATE SET subject_id = EXCLUDED.subject_id, seen_at = clock_timestamp(),
          first_seen_at = CASE WHEN known_documents.subject_id = EXCLUDED.subject_id
            THEN LEAST(known_documents.first_seen_at, EXCLUDED.first_seen_at) ELSE EXCLUDED.first_seen_at END,
          kept_until = CASE WHEN known_documents.subject_id = EXCLUDED.subject_id AND known_documents.kept_until IS NULL THEN NULL ELSE EXCLUDED.kept_until END
        WHERE known_documents.subject_id = EXCLUDED.subject_id OR known_documents.kept_until <= clock_timestamp()
        RETURNING document_digest
      )
      SELECT key FROM claimed JOIN kept ON document_digest = digest`;
    const kept = new Set(rows.map(({ key }) => key));
    const theirs = owned.filter(({ document }) => kept.has(keysOfDocument(document).kept[0]));
    return new Set(theirs.map(({ subjectId }) => subjectId));
  }

  /**
   * Until the transaction ends nobody else claims a document of these issuers and numbers, whatever its register: no
   * unique key stands between a number of a known register and one that may be of any. In one order, so that two that
   * claim many never wait for each other.
   */
  private async oneAtATime(tx: Transaction, claims: readonly OwnDocument[]): Promise<void> {
    const { digests } = this.digested(claims, ({ shared }) => [shared]);
    const locks = new Set(digests.map((digest) => digest.readBigInt64BE(digest.length - LOCK_BYTES)));
    const inOrder = [...locks].sort((a, b) => (a < b ? -1 : 1)).map(String);
    await tx.many`SELECT pg_advisory_xact_lock(lock) FROM unnest(${inOrder}::bigint[]) AS lock`;
  }
}
