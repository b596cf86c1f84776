import { Injectable } from '@nestjs/common';
import { reportsBesides } from '../../providers/kit/index.js';
import { AccountIndex } from '../adjudication/accounts/account-index.js';
import { identifyDocument } from '../adjudication/accounts/document-number.js';
import { KnownDocuments } from '../adjudication/accounts/known-documents.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { AccountWalk, type UnreadableAccount, type WalkedAccount } from '../directory/account-walk.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Policies } from '../policy/policies.js';
import { covers, type Policy } from '../policy/policy.js';
import { announce } from '../recovery-case/case-events.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { referenceOf, type OtherAccounts, type RehearsedProvider } from './ideal-case.js';
import { rehearse, rehearseUncovered, rehearseUnreadable, type Rehearsed } from './rehearse.js';
import { endRehearsal, type Rehearsal } from './rehearsals.js';

/** Accounts in one transaction: well under a second of work. */
const CHUNK = 500;
/** Transactions in one job: a worker that is told to stop is not held up. */
const CHUNKS_A_JOB = 20;
/** Accounts whose names are indexed in one transaction. */
const INDEXED_AT_ONCE = 500;

type ChunkEnd = 'more' | 'over';
type Running = Rehearsal & { cursor: string };

/** What accounts are held against: the profiles in their order, and the run that rehearses one of them. */
interface Held {
  profiles: readonly Policy[];
  run: Running;
}

/** What one account's row says. */
type Row = Rehearsed & { subjectId: string; policyId: string | null; sharedWith: number };

/**
 * Runs a rehearsal: looks at every account of the directory in turn, and stores what a recovery of it would come to.
 *
 * - It works in chunks and can be cut off at any time. A chunk is one transaction under the run's row lock, in which findings,
 *   cursor and counter are stored together or not at all; the next chunk goes on at the cursor.
 * - No two workers do the same chunk: the second finds the row locked and leaves.
 * - Accounts are told apart only by a whole index of names. A chunk either indexes names, which locks accounts, or looks at
 *   accounts, which locks none. If an account changed after the index was whole, nothing is stored, and the next chunk
 *   indexes again.
 *
 * An account that cannot be opened is one of the findings. An error of the database ends the job, which the queue repeats.
 */
@Injectable()
export class RehearsalWalk {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountWalk,
    private readonly names: AccountIndex,
    private readonly documents: KnownDocuments,
    private readonly policies: Policies,
    private readonly registry: ProviderRegistry,
  ) {}

  /** A job's worth of chunks; asks for the next job in the transaction of the last. */
  async stretch(rehearsalId: string): Promise<void> {
    for (let left = CHUNKS_A_JOB; left > 0; left--) {
      const end = await this.database.transaction((tx) => this.chunk(tx, { rehearsalId, last: left === 1 }));
      if (end === 'over') return;
    }
  }

  /** One chunk. `over`: the run has ended, or another worker is at it. */
  async chunk(tx: Transaction, { rehearsalId, last }: { rehearsalId: string; last: boolean }): Promise<ChunkEnd> {
    const run = await tx.maybeOne<Running>`
      SELECT * FROM rehearsals WHERE id = ${rehearsalId} AND state = 'running' FOR UPDATE SKIP LOCKED`;
    if (!run) return 'over';
    const end = run.indexed ? await this.lookAtAccounts(tx, run) : await this.indexNames(tx, run);
    if (end === 'more' && last) await announce(tx, 'rehearsal.due', { payload: { rehearsalId } });
    return end;
  }

  /** Collisions are told from the index of names, so it has to be whole first. */
  private async indexNames(tx: Transaction, { id }: Running): Promise<ChunkEnd> {
    const done = await this.names.catchUp(tx, INDEXED_AT_ONCE);
    return this.noteIndexed(tx, id, { indexed: done < INDEXED_AT_ONCE });
  }

  private async noteIndexed(tx: Transaction, id: string, { indexed }: { indexed: boolean }): Promise<ChunkEnd> {
    await tx.run`UPDATE rehearsals SET indexed = ${indexed}, updated_at = clock_timestamp() WHERE id = ${id}`;
    return 'more';
  }

  private async lookAtAccounts(tx: Transaction, run: Running): Promise<ChunkEnd> {
    const { id, cursor } = run;
    if (await this.names.isBehind(tx)) return this.noteIndexed(tx, id, { indexed: false });
    const profiles = await this.profiles(tx, run);
    if (!profiles) return this.end(tx, id, 'policy_removed');
    const page = await this.accounts.page(tx, cursor, CHUNK);
    if (page.last === undefined) return this.end(tx, id, 'finished');
    const others = await this.others(tx, page.accounts);
    if (!others) return this.noteIndexed(tx, id, { indexed: false });
    const held = { profiles, run };
    const rows = [
      ...page.accounts.map((account) => this.rehearsed(account, others(account.id), held)),
      ...page.unreadable.map((account) => unreadable(account, held)),
    ];
    await this.store(tx, id, rows);
    await tx.run`UPDATE rehearsals SET cursor = ${page.last}, done = done + ${rows.length}, updated_at = clock_timestamp() WHERE id = ${id}`;
    return 'more';
  }

  private async end(tx: Transaction, id: string, state: 'finished' | 'policy_removed'): Promise<ChunkEnd> {
    await endRehearsal(tx, { id, state, actor: SYSTEM });
    return 'over';
  }

  /** The profiles in the order in which they are tried, the rehearsed one in its version; none when it was removed. */
  private async profiles(tx: Transaction, { policyId, policyVersion }: Running): Promise<Policy[] | undefined> {
    const living = await this.policies.living(tx);
    if (!living.some(({ id }) => id === policyId)) return undefined;
    const own = await this.policies.version(tx, policyId, policyVersion);
    return living.map((policy) => (policy.id === policyId ? own : policy));
  }

  private rehearsed(account: WalkedAccount, others: OtherAccounts, { profiles, run }: Held): Row {
    const covering = coveringOf(account, profiles);
    const found =
      covering?.id === run.policyId
        ? rehearse(account, { policy: covering.document, provider: this.firstProvider(covering), others })
        : rehearseUncovered(account, { others, coveredElsewhere: covering !== undefined });
    const { sharedWith } = others.name;
    return { ...found, subjectId: account.id, policyId: covering?.id ?? null, sharedWith };
  }

  /**
   * What the rest of the directory says of these accounts, as a decision would ask it. Undefined when an account changed
   * while they were read: that would be told of all of them.
   */
  private async others(
    tx: Transaction,
    accounts: readonly WalkedAccount[],
  ): Promise<((subjectId: string) => OtherAccounts) | undefined> {
    const asked = accounts.map((account) => ({ subjectId: account.id, person: referenceOf(account) }));
    const names = await this.names.uniquenessOfNames(tx, asked);
    if ([...names.values()].some(({ uniqueness }) => uniqueness === 'not_indexed')) return undefined;
    const documents = await this.documents.ownersSeenBy(
      tx,
      asked.map(({ subjectId, person }) => ({
        subjectId,
        document: identifyDocument({ ...person, number: person.documentNumber }),
      })),
    );
    return (subjectId) => ({
      name: names.get(subjectId) ?? { uniqueness: 'not_unique', sharedWith: 0 },
      document: documents.get(subjectId) ?? 'unread',
    });
  }

  /** The first of the profile's providers that this deployment loads; one that it does not looks at nothing. */
  private firstProvider({ document }: Policy): RehearsedProvider {
    const [adapter] = this.registry.offered(document, { privileged: false });
    if (!adapter) return { id: '', local: true, checks: [], reports: reportsBesides({}), sameDevice: 'none' };
    const { dataLeaves, checks, leavesOpen, reports, sameDevice } = adapter.capabilities;
    const provider = { id: adapter.id, local: dataLeaves !== 'partner', checks, reports, sameDevice };
    return { ...provider, ...(leavesOpen && { leavesOpen }) };
  }

  private async store(tx: Transaction, rehearsalId: string, rows: readonly Row[]): Promise<void> {
    await tx.run`
      INSERT INTO rehearsal_subjects (rehearsal_id, subject_id, policy_id, outcome, script, shared_with, codes)
      SELECT ${rehearsalId}, r."subjectId", r."policyId", r.outcome, r.script, r."sharedWith", r.codes
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS r ("subjectId" text, "policyId" text, outcome text, script text, "sharedWith" integer, codes text[])`;
  }
}

const coveringOf = ({ groups }: UnreadableAccount, profiles: readonly Policy[]): Policy | undefined =>
  profiles.find(({ document }) => covers(document, groups));

function unreadable(account: UnreadableAccount, { profiles, run }: Held): Row {
  const covering = coveringOf(account, profiles);
  const elsewhere = covering ? 'elsewhere' : 'nowhere';
  const found = rehearseUnreadable(covering?.id === run.policyId ? 'here' : elsewhere);
  return { ...found, subjectId: account.id, policyId: covering?.id ?? null, sharedWith: 0 };
}
