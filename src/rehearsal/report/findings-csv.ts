import { Readable } from 'node:stream';
import type { Database } from '../../platform/database/database.js';
import { CODES, FIXES, type RehearsalCode } from '../rehearsal-codes.js';
import { csvLine } from './csv.js';

const BATCH_ROWS = 2_000;
const HEADS = ['subjectId', 'policyId', 'outcome', 'script', 'sharedWith', 'kind', 'code', 'finding', 'fix'];

interface FoundRow {
  subjectId: string;
  policyId: string | null;
  outcome: string;
  script: string;
  sharedWith: number;
  codes: RehearsalCode[];
}

/** A line per account and finding, and one for each account without any, read a batch at a time. */
export function findingsCsv(database: Database, rehearsalId: string): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield csvLine(HEADS);
    let after = '';
    for (;;) {
      const rows = await database.read(
        (tx) => tx.many<FoundRow>`SELECT * FROM rehearsal_subjects
          WHERE rehearsal_id = ${rehearsalId} AND subject_id > ${after} ORDER BY subject_id LIMIT ${BATCH_ROWS}`,
      );
      const last = rows.at(-1);
      if (!last) return;
      after = last.subjectId;
      yield rows.map(linesOf).join('');
    }
  }
  return Readable.from(lines());
}

/** Pure. */
export function linesOf({ subjectId, policyId, outcome, script, sharedWith, codes }: FoundRow): string {
  const account = [subjectId, policyId ?? '', outcome, script, sharedWith];
  if (codes.length === 0) return csvLine([...account, '', '', '', '']);
  return codes
    .map((code) => csvLine([...account, CODES[code].kind, code, CODES[code].words, FIXES[CODES[code].fix]]))
    .join('');
}
