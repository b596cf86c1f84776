import { performance } from 'node:perf_hooks';
import type { Database } from '../../../src/platform/database/database.js';
import { PolicyDocument } from '../../../src/policy/policy.js';
import { addPolicy } from '../../../src/policy/policy-rows.js';
import type { RehearsalCode } from '../../../src/rehearsal/rehearsal-codes.js';
import { rehearsalStage } from '../../../test/support/rehearsal-stage.js';
import { PLANTED_CODES, type PlantedDirectory } from './planted-directory.js';

export interface RehearsalRun {
  done: number;
  found: ReadonlyMap<RehearsalCode, ReadonlySet<string>>;
  figures: { indexMs: number; planted: number };
}

const POLICY_ID = 'pol_campaign';

/** One rehearsal from start to end, chunk by chunk as the jobs do it. */
export async function rehearseAll(database: Database, directory: PlantedDirectory): Promise<RehearsalRun> {
  const { rehearsals, walk } = rehearsalStage(database, directory.ring);
  await addRehearsed(database, directory.group);
  const actor = { kind: 'person', id: 'operator' } as const;
  const { id } = await database.transaction((tx) => rehearsals.start(tx, { policyId: POLICY_ID, actor }));
  const startedAt = performance.now();
  let indexMs = 0;
  for (;;) {
    await database.transaction((tx) => walk.chunk(tx, { rehearsalId: id, last: false }));
    const { state, indexed, done } = await database.read((tx) => rehearsals.require(tx, id));
    if (!indexed) indexMs = performance.now() - startedAt;
    if (state !== 'running')
      return { done, found: await findings(database, id), figures: { indexMs, planted: planted(directory) } };
  }
}

const planted = (directory: PlantedDirectory): number =>
  PLANTED_CODES.reduce((sum, code) => sum + directory.planted(code).size, 0);

async function addRehearsed(database: Database, group: string): Promise<void> {
  const document = PolicyDocument.parse({
    name: 'Campaign',
    include: [group],
    providers: ['sandbox'],
    requiredChecks: ['document_authenticity', 'face_match', 'presentation_attack', 'data_match'],
  });
  await database.transaction((tx) => addPolicy(tx, { id: POLICY_ID, document, createdBy: 'campaign' }));
}

async function findings(database: Database, id: string): Promise<Map<RehearsalCode, Set<string>>> {
  const rows = await database.read(
    (tx) => tx.many<{ code: RehearsalCode; subjectIds: string[] }>`
      SELECT code, array_agg(subject_id) AS subject_ids FROM rehearsal_subjects, unnest(codes) AS code
      WHERE rehearsal_id = ${id} GROUP BY code`,
  );
  return new Map(rows.map(({ code, subjectIds }) => [code, new Set(subjectIds)]));
}
