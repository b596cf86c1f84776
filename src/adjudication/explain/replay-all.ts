import type { Database } from '../../platform/database/database.js';
import { Explanations } from './explanations.js';

export interface ReplayCount {
  decisions: number;
  /** Decided without a report, or before facts were kept. */
  withoutFacts: number;
  /** Taken by other rules than today's: only their records are checked. */
  otherRules: number;
  /** Older than all that is kept by now: a part of it could not be compared. */
  partlyStored: number;
  differing: number;
}

/**
 * Takes every decision again, in order, and says which do not come out the same: whose record was altered, or which today's
 * rules do not give although they were taken by them. `exitCode` is 2 when there is one, so that whatever runs it each night
 * notices.
 */
export async function replayAll(
  database: Database,
  say: (line: { decisionId: string; caseId: string; differences: string[] }) => void,
): Promise<{ count: ReplayCount; exitCode: 0 | 2 }> {
  const explanations = new Explanations();
  const count: ReplayCount = { decisions: 0, withoutFacts: 0, otherRules: 0, partlyStored: 0, differing: 0 };
  for (let after = ''; ;) {
    const from = after;
    const group = await database.read((tx) => explanations.replayAfter(tx, from));
    for (const { decisionId, caseId, replay } of group) {
      count.decisions += 1;
      if (replay.outcome === 'no_facts') count.withoutFacts += 1;
      if (replay.outcome === 'other_rules') count.otherRules += 1;
      if (replay.notStored.length > 0) count.partlyStored += 1;
      if (replay.outcome !== 'differs') continue;
      count.differing += 1;
      say({ decisionId, caseId, differences: replay.differences });
    }
    const last = group.at(-1);
    if (!last) return { count, exitCode: count.differing === 0 ? 0 : 2 };
    after = last.decisionId;
  }
}
