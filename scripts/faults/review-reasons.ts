import type { Database } from '../../src/platform/database/database.js';

/** How a partner that failed is written down with its session (providers/kit/errors.ts). */
const PARTNER_FAILED = ['unreachable', 'timeout', 'unavailable', 'rate_limited', 'busy', 'circuit_open'];

export interface Reviews {
  /** How many wait for a reviewer because every partner the policy allows has failed, by how it failed. */
  partnerFailed: ReadonlyMap<string, number>;
  /** Those that wait for another reason, which nobody has given them. */
  unexplained: string[];
}

/** Why cases wait for a reviewer: a partner that stays away long enough is a reason, nothing else of a campaign is. */
export async function reviewReasons(database: Database): Promise<Reviews> {
  const rows = await database.read(
    (tx) => tx.many<{ id: string; reason: string | null; ends: string[]; findings: string | null }>`
      SELECT c.id, c.state_reason AS reason, ARRAY(SELECT concat(s.state, ' ', s.last_error) FROM verification_sessions s
          WHERE s.case_id = c.id AND s.attempt = c.attempt ORDER BY s.created_at) AS ends,
        (SELECT d.findings::text FROM decisions d WHERE d.case_id = c.id ORDER BY d.decided_at DESC LIMIT 1) AS findings
      FROM recovery_cases c WHERE c.state = 'in_review' ORDER BY c.id`,
  );
  const partnerFailed = new Map<string, number>();
  const unexplained: string[] = [];
  for (const { id, reason, ends, findings } of rows) {
    const errors = ends.map((end) => end.replace(/^\w+ /, ''));
    const explained = reason === 'providers_exhausted' && errors.every((error) => PARTNER_FAILED.includes(error));
    const words = [...new Set(errors)].sort().join(', ');
    if (explained) partnerFailed.set(words, (partnerFailed.get(words) ?? 0) + 1);
    else unexplained.push(`${id} is in review: ${reason}, ${ends.join(', ')} ${findings ?? ''}`.trimEnd());
  }
  return { partnerFailed, unexplained };
}
