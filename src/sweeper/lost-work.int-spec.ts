import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SweeperStage } from '../../test/model/sweeper-stage.js';
import { unrehearsed } from './lost-cases.js';
import { leftBehind } from './lost-sessions.js';
import { BATCH_ROWS, type FindsLostWork, type LostWork } from './lost-work.js';

let stage: SweeperStage;

beforeAll(async () => {
  stage = await SweeperStage.open();
});
afterAll(() => stage.close());

const foundBy = (find: FindsLostWork): Promise<LostWork[]> => stage.test.database.transaction((tx) => find(tx));

/** More than one round looks at; the higher its number, the longer a piece of work has waited. */
const PILE = `generate_series(1, ${BATCH_ROWS + 1}) AS n`;
const WAITED = "clock_timestamp() - interval '1 minute' - make_interval(secs => n)";
const nth = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(3, '0')}`;

describe('of more lost work than one round looks at, what has waited longest comes first', () => {
  it('when it is rehearsals', async () => {
    // One runs for each profile: with this rule it would take as many profiles.
    await stage.test.asOwner('DROP INDEX rehearsals_one_running');
    await stage.test.asOwner(
      `INSERT INTO rehearsals (id, policy_id, policy_version, total, started_by, updated_at)
       SELECT 'reh_' || lpad(n::text, 3, '0'), '${stage.policy.id}', 1, 9, 'operator', ${WAITED} FROM ${PILE}`,
    );
    const found = await foundBy(unrehearsed);
    expect([found.length, found[0]?.rehearsalId]).toEqual([BATCH_ROWS, nth('reh', BATCH_ROWS + 1)]);
  });

  it('when it is sessions at partners, by the earliest try of each, and each once', async () => {
    const caseId = await stage.quietCase('in_review', 1);
    await stage.test.asOwner(
      `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest)
       SELECT 'vs_' || lpad(n::text, 3, '0'), '${caseId}', 1, 'sandbox', 'first', 'failed', '\\x01', sha256(n::text::bytea) FROM ${PILE}`,
    );
    await stage.test.asOwner(
      `INSERT INTO surplus_sessions (id, session_id, external_id, next_try_at)
       SELECT 'sur_' || t || n, 'vs_' || lpad(n::text, 3, '0'), t, ${WAITED} + make_interval(secs => t) FROM ${PILE}, generate_series(0, 1) AS t`,
    );
    const found = await foundBy(leftBehind);
    expect([found.length, found[0]?.sessionId]).toEqual([BATCH_ROWS, nth('vs', BATCH_ROWS + 1)]);
    expect(new Set(found.map(({ sessionId }) => sessionId)).size).toBe(BATCH_ROWS);
  });
});
