import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ChainFaultKind } from '../../src/audit-trail/chain.js';
import { sealHeads } from '../../src/audit-trail/seal-heads.js';
import { AuditVerifier, type AuditVerification } from '../../src/audit-trail/verification.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { SeededRandom } from '../../test/model/seeded-random.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const ROWS_PER_PART = 250_000;
const ROWS_PER_CHAIN = 20;
/** Of 1,000,000 rows; fewer in proportion. */
const MOST_MS_PER_ROW = 60_000 / 1_000_000;

interface Tampering {
  kind: ChainFaultKind;
  /** The position that has to be named. */
  at: number;
  tamper: (tx: Transaction, chainId: string) => Promise<unknown>;
}

/** What somebody with the whole database in hand does to one row, and what the verifier has to call it. */
const TAMPERINGS: readonly Tampering[] = [
  {
    kind: 'row_changed',
    at: 7,
    tamper: (tx, chainId) =>
      tx.run`UPDATE audit_events SET data = '{"note":0}' WHERE chain_id = ${chainId} AND seq = 7`,
  },
  {
    kind: 'row_missing',
    at: 9,
    tamper: (tx, chainId) => tx.run`DELETE FROM audit_events WHERE chain_id = ${chainId} AND seq = 9`,
  },
  {
    kind: 'link_broken',
    at: 11,
    tamper: async (tx, chainId) => {
      await tx.run`UPDATE audit_events SET seq = -seq WHERE chain_id = ${chainId} AND seq IN (11, 12)`;
      await tx.run`UPDATE audit_events SET seq = 23 + seq WHERE chain_id = ${chainId} AND seq < 0`;
    },
  },
  {
    kind: 'head_changed',
    at: ROWS_PER_CHAIN + 1,
    tamper: async (tx, chainId) => {
      await tx.run`INSERT INTO audit_events SELECT chain_id, seq + 1, id || '_more', type, actor_kind, actor_id, occurred_at, data, hash, ''
        FROM audit_events WHERE chain_id = ${chainId} AND seq = ${ROWS_PER_CHAIN}`;
      await tx.run`UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = ${chainId} AND seq > ${ROWS_PER_CHAIN}`;
    },
  },
];

/** A long audit trail: how long its verification takes, and whether one bad row among all of them is named. */
export const auditVerification: Campaign = {
  help: 'an audit trail of 1,000,000 rows is verified in under a minute; one row altered, removed, moved or added is named',
  defaultUnits: 1_000_000,
  unit: 'rows',
  async *run({ seed, units, done }) {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    let owner: Database | undefined;
    try {
      await migrate(postgres.ownerUrl);
      owner = await Database.connect({ url: postgres.ownerUrl, poolSize: 2, statementTimeoutMs: 600_000 });
      const trail = new LongTrail(owner, seed);
      await trail.grow(done);
      for (let at = done; at < units; at += ROWS_PER_PART) {
        const rows = Math.min(ROWS_PER_PART, units - at);
        await trail.grow(rows);
        const part = await trail.timed(rows);
        yield at + rows >= units ? { ...part, faults: [...part.faults, ...(await trail.tampered())] } : part;
      }
    } finally {
      await owner?.close();
      await postgres.stop();
      await removeEmbeddedPostgres(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  summary: (parts) => {
    const { all = 0, verifyMs = 0 } = (parts.at(-1)?.figures ?? {}) as Record<string, number>;
    return `${all} rows in ${(verifyMs / 1_000).toFixed(1)} s; ${TAMPERINGS.length} kinds of tampering named`;
  },
};

class LongTrail {
  readonly #ring = new KeyRing(KeyRing.generate('campaign'));
  readonly #random: SeededRandom;
  #chains = 0;

  constructor(
    private readonly owner: Database,
    seed: number,
  ) {
    this.#random = new SeededRandom(seed);
  }

  /** Adds rows as the service does, by the chain's own trigger, and seals them. */
  async grow(rows: number): Promise<void> {
    const chains = Math.ceil(rows / ROWS_PER_CHAIN);
    if (chains === 0) return;
    const first = this.#chains;
    await this.owner.transaction(
      (tx) => tx.run`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data)
        SELECT 'rc_' || chain, 'evt_' || chain || '_' || row, 'case.opened', 'person', 'agent', jsonb_build_object('note', row)
        FROM generate_series(${first + 1}::int, ${first + chains}::int) AS chain, generate_series(1, ${ROWS_PER_CHAIN}) AS row`,
    );
    this.#chains += chains;
    await this.owner.transaction((tx) => sealHeads(tx, this.#ring));
  }

  async timed(units: number): Promise<Part> {
    const startedAt = performance.now();
    const { intact, rows } = await this.verify();
    const verifyMs = performance.now() - startedAt;
    const faults = [
      ...(intact && rows === this.#chains * ROWS_PER_CHAIN ? [] : [`${rows} rows, intact: ${intact}`]),
      ...(verifyMs <= rows * MOST_MS_PER_ROW ? [] : [`${rows} rows took ${Math.round(verifyMs)} ms`]),
    ];
    return { units, faults, figures: { all: rows, verifyMs } };
  }

  /** Each kind once, in a chain picked by chance, and mended again. */
  async tampered(): Promise<string[]> {
    const faults: string[] = [];
    for (const tampering of TAMPERINGS) {
      const chainId = `rc_${1 + this.#random.below(this.#chains)}`;
      const { firstFault } = await this.afterTampering(tampering, chainId);
      const { kind, at } = tampering;
      if (firstFault?.kind !== kind || firstFault.chainId !== chainId || firstFault.seq !== at)
        faults.push(`${kind} in ${chainId} was called ${JSON.stringify(firstFault)}`);
    }
    return faults;
  }

  private async afterTampering({ tamper }: Tampering, chainId: string): Promise<AuditVerification> {
    const kept = await this.change(chainId, tamper);
    const found = await this.verify();
    await this.restore(chainId, kept);
    return found;
  }

  private async change(chainId: string, tamper: Tampering['tamper']): Promise<string> {
    return this.owner.transaction(async (tx) => {
      await tx.run`ALTER TABLE audit_events DISABLE TRIGGER audit_events_append`;
      const { kept } = await tx.one<{ kept: string }>`
        SELECT jsonb_agg(to_jsonb(e) ORDER BY seq)::text AS kept FROM audit_events e WHERE chain_id = ${chainId}`;
      await tamper(tx, chainId);
      return kept;
    });
  }

  private async restore(chainId: string, kept: string): Promise<void> {
    await this.owner.transaction(async (tx) => {
      await tx.run`DELETE FROM audit_events WHERE chain_id = ${chainId}`;
      await tx.run`INSERT INTO audit_events SELECT * FROM jsonb_populate_recordset(NULL::audit_events, ${kept}::jsonb)`;
    });
  }

  private verify(): Promise<AuditVerification> {
    return new AuditVerifier(this.owner, this.#ring).verify();
  }
}
