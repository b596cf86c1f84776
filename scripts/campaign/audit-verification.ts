import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ChainFaultKind } from '../../src/audit-trail/chain.js';
import { sealHeads } from '../../src/audit-trail/seal-heads.js';
import { auditRowMac } from '../../src/audit-trail/audit-row-mac.js';
import { AuditVerifier, type AuditVerification } from '../../src/audit-trail/verification.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { migrate } from '../../src/platform/database/migrator.js';
import { SeededRandom } from '../harness/seeded-random.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const ROWS_PER_PART = 250_000;
const ROWS_PER_CHAIN = 20;
/** In one statement. */
const CHAINS_AT_A_TIME = 1_000;
/** Of 1,000,000 rows; fewer in proportion. */
const MOST_MS_PER_ROW = 60_000 / 1_000_000;

interface Tampering {
  /** Two may be called the same. */
  name: string;
  kind: ChainFaultKind;
  /** The position that has to be named. */
  at: number;
  tamper: (hands: { owner: Transaction; role: Database }, chainId: string) => Promise<unknown>;
}

/**
 * What somebody with the whole database in hand does to one row, or with the service's own role, and what it has to be
 * called.
 */
const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'altered',
    kind: 'row_changed',
    at: 7,
    tamper: ({ owner }, chainId) =>
      owner.run`UPDATE audit_events SET data = '{"note":0}' WHERE chain_id = ${chainId} AND seq = 7`,
  },
  {
    name: 'altered with its hash',
    kind: 'mac_wrong',
    at: 8,
    tamper: async ({ owner }, chainId) => {
      await owner.run`UPDATE audit_events SET data = '{"note":0}' WHERE chain_id = ${chainId} AND seq = 8`;
      await owner.run`UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = ${chainId} AND seq = 8`;
    },
  },
  {
    name: 'removed',
    kind: 'row_missing',
    at: 9,
    tamper: ({ owner }, chainId) => owner.run`DELETE FROM audit_events WHERE chain_id = ${chainId} AND seq = 9`,
  },
  {
    name: 'moved',
    kind: 'link_broken',
    at: 11,
    tamper: async ({ owner }, chainId) => {
      await owner.run`UPDATE audit_events SET seq = -seq WHERE chain_id = ${chainId} AND seq IN (11, 12)`;
      await owner.run`UPDATE audit_events SET seq = 23 + seq WHERE chain_id = ${chainId} AND seq < 0`;
    },
  },
  {
    name: 'added past the trigger',
    kind: 'mac_missing',
    at: ROWS_PER_CHAIN + 1,
    tamper: async ({ owner }, chainId) => {
      await owner.run`ALTER TABLE audit_events DISABLE TRIGGER audit_events_append`;
      await owner.run`INSERT INTO audit_events SELECT chain_id, seq + 1, id || '_more', type, actor_kind, actor_id, occurred_at, data, hash, ''
        FROM audit_events WHERE chain_id = ${chainId} AND seq = ${ROWS_PER_CHAIN}`;
      await owner.run`UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = ${chainId} AND seq > ${ROWS_PER_CHAIN}`;
      await owner.run`ALTER TABLE audit_events ENABLE TRIGGER audit_events_append`;
    },
  },
  {
    name: 'inserted with the service’s own role',
    kind: 'mac_missing',
    at: ROWS_PER_CHAIN + 1,
    tamper: ({ role }, chainId) =>
      role.write(
        (tx) => tx.run`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data)
          VALUES (${chainId}, ${`evt_${chainId}_more`}, 'case.approved', 'person', 'agent', '{"note":1}')`,
      ),
  },
  {
    name: 'inserted with another row’s MAC',
    kind: 'mac_wrong',
    at: ROWS_PER_CHAIN + 1,
    tamper: ({ role }, chainId) =>
      role.write(
        (tx) => tx.run`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data, mac)
          SELECT chain_id, id || '_more', type, actor_kind, actor_id, data, mac FROM audit_events WHERE chain_id = ${chainId} AND seq = 3`,
      ),
  },
];

/** A long audit trail: how long its verification takes, and whether one bad row among all of them is named. */
export const auditVerification: Campaign = {
  help: 'an audit trail of 1,000,000 rows is verified in under a minute; one row altered, removed, moved, added, or inserted as the service does is named',
  defaultUnits: 1_000_000,
  unit: 'rows',
  async *run({ seed, units, done }) {
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-campaign-'));
    const postgres = await startEmbeddedPostgres({ dataDir });
    const open: Database[] = [];
    try {
      await migrate(postgres.ownerUrl);
      const connect = async (url: string): Promise<Database> => {
        const database = await Database.connect({ url, poolSize: 2, statementTimeoutMs: 600_000, ring: RING });
        open.push(database);
        return database;
      };
      const trail = new LongTrail(await connect(postgres.ownerUrl), await connect(postgres.appUrl), seed);
      await trail.grow(done);
      for (let at = done; at < units; at += ROWS_PER_PART) {
        const rows = Math.min(ROWS_PER_PART, units - at);
        await trail.grow(rows);
        const part = await trail.timed(rows);
        yield at + rows >= units ? { ...part, faults: [...part.faults, ...(await trail.tampered())] } : part;
      }
    } finally {
      for (const database of open) await database.close();
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

const RING = new KeyRing(KeyRing.generate('campaign'));

/** Makes an audit trail of any length, tampers with it and has it verified. */
class LongTrail {
  readonly #random: SeededRandom;
  #chains = 0;

  constructor(
    private readonly owner: Database,
    private readonly role: Database,
    seed: number,
  ) {
    this.#random = new SeededRandom(seed);
  }

  /** Adds rows as the service does, by the chain's own trigger, and seals them. */
  async grow(rows: number): Promise<void> {
    const chains = Math.ceil(rows / ROWS_PER_CHAIN);
    if (chains === 0) return;
    for (let left = chains; left > 0; left -= CHAINS_AT_A_TIME) await this.append(Math.min(left, CHAINS_AT_A_TIME));
    await this.role.transaction((tx) => sealHeads(tx, RING));
  }

  private async append(chains: number): Promise<void> {
    const rows = Array.from({ length: chains * ROWS_PER_CHAIN }, (_, index) => {
      const chain = this.#chains + 1 + Math.floor(index / ROWS_PER_CHAIN);
      const note = 1 + (index % ROWS_PER_CHAIN);
      const row = { chainId: `rc_${chain}`, id: `evt_${chain}_${note}`, dataText: JSON.stringify({ note }) };
      return { ...row, mac: auditRowMac(RING, { ...row, type: 'case.opened', actorKind: 'person', actorId: 'agent' }) };
    });
    const column = <Name extends keyof (typeof rows)[number]>(name: Name) => rows.map((row) => row[name]);
    await this.role.write(
      (tx) => tx.run`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data, mac)
        SELECT chain, id, 'case.opened', 'person', 'agent', data, mac
        FROM unnest(${column('chainId')}::text[], ${column('id')}::text[], ${column('dataText')}::jsonb[], ${column('mac')}::bytea[])
          WITH ORDINALITY AS t (chain, id, data, mac, place) ORDER BY place`,
    );
    this.#chains += chains;
  }

  async timed(units: number): Promise<Part> {
    const startedAt = performance.now();
    const { intact, rows } = await this.verify();
    const verifyMs = performance.now() - startedAt;
    const faults = [
      ...(intact && rows === this.#chains * ROWS_PER_CHAIN + 1 ? [] : [`${rows} rows, intact: ${intact}`]),
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
      const { name, kind, at } = tampering;
      if (firstFault?.kind !== kind || firstFault.chainId !== chainId || firstFault.seq !== at)
        faults.push(`${name} (${kind}) in ${chainId} was called ${JSON.stringify(firstFault)}`);
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
    const { kept } = await this.owner.read(
      (tx) => tx.one<{ kept: string }>`
        SELECT jsonb_agg(to_jsonb(e) ORDER BY seq)::text AS kept FROM audit_events e WHERE chain_id = ${chainId}`,
    );
    await this.owner.transaction(async (owner) => tamper({ owner, role: this.role }, chainId));
    return kept;
  }

  private async restore(chainId: string, kept: string): Promise<void> {
    await this.owner.transaction(async (tx) => {
      await tx.run`DELETE FROM audit_events WHERE chain_id = ${chainId}`;
      await tx.run`ALTER TABLE audit_events DISABLE TRIGGER audit_events_append`;
      await tx.run`INSERT INTO audit_events SELECT * FROM jsonb_populate_recordset(NULL::audit_events, ${kept}::jsonb)`;
      await tx.run`ALTER TABLE audit_events ENABLE TRIGGER audit_events_append`;
      await tx.run`UPDATE audit_heads h SET seq = e.seq, hash = e.hash FROM audit_events e
        WHERE h.chain_id = ${chainId} AND e.chain_id = h.chain_id AND e.seq = ${ROWS_PER_CHAIN}`;
    });
  }

  private verify(): Promise<AuditVerification> {
    return new AuditVerifier(this.owner, RING).verify();
  }
}
