import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import type { Policy } from '../../src/policy/policy.js';
import type { CaseState } from '../../src/recovery-case/case-states.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { addPerson, type Core } from './core-stage.js';
import { bothCodes } from '../support/both-codes.js';
import { ModelCase, MODEL_TRANSITIONS, statesFor, type Attempted, type ModelTransition } from './reference-model.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';

export interface WalkOptions {
  core: Core;
  policy: Policy;
  steps: number;
  seed: number;
  /** Walkers side by side, each with accounts of its own. */
  lanes?: number;
}

export interface WalkReport {
  steps: number;
  seed: number;
  cases: number;
  /** How often each transition was taken; the database did it and the model allowed it. */
  taken: Record<ModelTransition, number>;
  refused: number;
  rolledBack: number;
  /** Steps in which model and database disagreed. Must be empty. */
  disagreements: string[];
}

const ACCOUNTS_PER_LANE = 10;
/** Steps in one transaction: commits are the slow part, and a batch that is rolled back must leave no trace. */
const BATCH_STEPS = 20;

interface Walked {
  subjectId: string;
  caseId: string;
  model: ModelCase;
}

/** Drives cases through the product and through the hand-written model at the same time, and compares after every step. */
export async function walkCases(options: WalkOptions): Promise<WalkReport> {
  const { lanes = 4, steps, seed } = options;
  // Each walker counts for itself: what it does next depends on its seed and on nothing that runs beside it.
  const reports = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      new Walker(options, new SeededRandom(seed + lane)).walk(Math.ceil(steps / lanes)),
    ),
  );
  return reports.reduce((all, one) => added(all, one), emptyReport(seed));
}

const emptyReport = (seed: number): WalkReport => ({
  steps: 0,
  seed,
  cases: 0,
  taken: zeroes(),
  refused: 0,
  rolledBack: 0,
  disagreements: [],
});

function added(all: WalkReport, one: WalkReport): WalkReport {
  return {
    steps: all.steps + one.steps,
    seed: all.seed,
    cases: all.cases + one.cases,
    taken: Object.fromEntries(
      MODEL_TRANSITIONS.map((name) => [name, all.taken[name] + one.taken[name]]),
    ) as WalkReport['taken'],
    refused: all.refused + one.refused,
    rolledBack: all.rolledBack + one.rolledBack,
    disagreements: [...all.disagreements, ...one.disagreements],
  };
}

const zeroes = (): WalkReport['taken'] =>
  Object.fromEntries(MODEL_TRANSITIONS.map((name) => [name, 0])) as WalkReport['taken'];

class RolledBackOnPurpose extends Error {}

class Walker {
  #cases: Walked[] = [];
  #report: WalkReport;

  constructor(
    private readonly options: WalkOptions,
    private readonly random: SeededRandom,
  ) {
    this.#report = emptyReport(random.seed);
  }

  async walk(steps: number): Promise<WalkReport> {
    const { core } = this.options;
    const people = await Promise.all(
      Array.from({ length: ACCOUNTS_PER_LANE }, (_, index) => addPerson(core, { privileged: index % 5 === 0 })),
    );
    await core.database.transaction(async (tx) => {
      for (const { id } of people) this.#cases.push(await this.open(tx, id));
    });
    for (let done = 0; done < steps; done += BATCH_STEPS) await this.batch(Math.min(BATCH_STEPS, steps - done));
    return this.#report;
  }

  private async batch(steps: number): Promise<void> {
    const before = { cases: this.#cases.map((one) => ({ ...one, model: one.model.copy() })), report: this.#report };
    this.#report = added(emptyReport(this.random.seed), this.#report);
    const undo = this.random.chance(0.05);
    try {
      await this.options.core.database.transaction(async (tx) => {
        for (let step = 0; step < steps; step += 1) await this.step(tx);
        if (undo) throw new RolledBackOnPurpose();
      });
      this.#report.steps += steps;
    } catch (error) {
      if (!(error instanceof RolledBackOnPurpose)) throw error;
      const { disagreements } = this.#report;
      this.#cases = before.cases;
      this.#report = { ...before.report, rolledBack: before.report.rolledBack + 1, disagreements };
      await this.compareAll();
      await this.batch(steps);
    }
  }

  private async step(tx: Transaction): Promise<void> {
    const report = this.#report;
    const { walked, tried } = this.choose();
    if (tried.name === 'expire' && this.random.chance(0.7)) await this.runOut(tx, walked);
    if (tried.name === 'submit_codes') await bothCodes(tx, { caseId: walked.caseId, attempt: walked.model.attempt });
    const expected = walked.model.attempted(tried);
    const after = await this.options.core.cases.transition(tx, {
      caseId: walked.caseId,
      actor: SYSTEM,
      ...tried,
      onlyFrom: tried.onlyFrom as CaseState[] | undefined,
    });
    if ((after !== undefined) !== expected)
      report.disagreements.push(`${walked.caseId} ${JSON.stringify(tried)}: expected ${String(expected)}`);
    if (expected) report.taken[tried.name] += 1;
    else report.refused += 1;
    this.compare(walked, after ?? (await this.options.core.cases.find(tx, walked.caseId)));
    if (walked.model.closed && this.random.chance(0.8)) Object.assign(walked, await this.open(tx, walked.subjectId));
  }

  /** Mostly what may work, rarest first; sometimes anything at all. */
  private choose(): { walked: Walked; tried: Attempted } {
    const { random } = this;
    const name = random.chance(0.3) ? rarest(this.#report.taken) : random.pick(MODEL_TRANSITIONS);
    const fitting = this.#cases.filter(({ model }) => statesFor(name).includes(model.state));
    const walked = fitting.length > 0 && random.chance(0.8) ? random.pick(fitting) : random.pick(this.#cases);
    const tried: Attempted = { name };
    if (random.chance(0.3)) tried.attempt = walked.model.attempt + random.pick([0, 0, -1, 1]);
    if (random.chance(0.1))
      tried.onlyFrom = random.pick([[walked.model.state], statesFor(random.pick(MODEL_TRANSITIONS))]);
    return { walked, tried };
  }

  private async runOut(tx: Transaction, walked: Walked): Promise<void> {
    await tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${walked.caseId}`;
    walked.model.overdue = true;
  }

  private compare(walked: Walked, row: RecoveryCase | undefined): void {
    const { state, attempt, changes, closed } = walked.model;
    const seen = row && {
      state: row.state,
      attempt: row.attempt,
      changes: row.version - 1,
      closed: row.closedAt !== null,
    };
    const wanted = { state, attempt, changes, closed };
    if (JSON.stringify(seen) !== JSON.stringify(wanted))
      this.#report.disagreements.push(`${walked.caseId}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  }

  private async compareAll(): Promise<void> {
    await this.options.core.database.read(async (tx) => {
      for (const walked of this.#cases) this.compare(walked, await this.options.core.cases.find(tx, walked.caseId));
    });
  }

  private async open(tx: Transaction, subjectId: string): Promise<Walked> {
    const { core, policy } = this.options;
    const subject = await core.subjects.find(tx, subjectId);
    const opened =
      subject &&
      (await core.opening.open(tx, { subject, policy, opener: { kind: 'person', id: 'agent' }, channel: 'email' }));
    if (!opened) throw new Error('a closed case must make room for the next one');
    this.#report.cases += 1;
    return { subjectId, caseId: opened.id, model: new ModelCase(opened.state) };
  }
}

function rarest(taken: WalkReport['taken']): ModelTransition {
  return MODEL_TRANSITIONS.reduce((least, name) => (taken[name] < taken[least] ? name : least));
}
