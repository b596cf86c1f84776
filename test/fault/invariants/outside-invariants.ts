import { existsSync, readdirSync } from 'node:fs';
import type { Database } from '../../../src/platform/database/database.js';

/** Where effects are counted besides the database. */
export interface Outside {
  mails: readonly { to: string; text: string }[];
  people: readonly { caseId: string; reference: string; email: string }[];
  /** References of the sessions the partner holds, one for each it made. */
  partnerReferences: readonly string[];
  /** Keys of every object of evidence in the store. */
  objectKeys?: readonly string[];
  /** Directory of the disk store, in place of `objectKeys`. */
  objectsDir?: string;
  /** Logs and whatever else was written. */
  texts: readonly { name: string; text: string }[];
  /** What the processes hold at rest. */
  processes?: readonly { name: string; residentMegabytes: number; openFiles: number }[];
  /** Jobs that wait or are worked on at rest. */
  waitingJobs?: number;
  /** What must stand in none of them. */
  secrets: readonly string[];
}

export async function brokenOutside(database: Database, outside: Outside): Promise<string[]> {
  return [
    ...(await untoldByMail(database, outside)),
    ...(await strangeSessions(database, outside.partnerReferences)),
    ...(await strangeObjects(database, outside)),
    ...piledUp(outside),
    ...leaks(outside),
    ...(await leaksInRows(database, outside.secrets)),
  ];
}

/** I10: what the database takes for sent is in the mailbox: a start, an approval and an end for each completed case. */
async function untoldByMail(database: Database, { mails, people }: Outside): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<{ caseId: string; sent: number }>`
      SELECT case_id, count(*)::int AS sent FROM notices WHERE sent_at IS NOT NULL GROUP BY case_id`,
  );
  const sent = new Map(rows.map(({ caseId, sent: count }) => [caseId, count]));
  return people.flatMap(({ caseId, reference, email }) => {
    const found = mails.filter((mail) => mail.to === email && mail.text.includes(reference)).length;
    const owed = sent.get(caseId) ?? 0;
    return found >= owed ? [] : [`I10: ${caseId}: ${owed} notices sent, ${found} mails arrived`];
  });
}

/** I12: what the partner made, we know; and it made one for each of our sessions. */
async function strangeSessions(database: Database, references: readonly string[]): Promise<string[]> {
  const twice = references.filter((reference, index) => references.indexOf(reference) !== index);
  const unknown = await database.read(
    (tx) => tx.many<{ id: string }>`SELECT id FROM unnest(${references}::text[]) AS made(id)
      WHERE NOT EXISTS (SELECT 1 FROM verification_sessions s WHERE s.id = made.id)`,
  );
  return [
    ...twice.map((reference) => `I12: the partner made two sessions for ${reference}`),
    ...unknown.map(({ id }) => `I12: the partner holds a session nobody knows: ${id}`),
  ];
}

/** I8: an object no row points at, older than an upload may take. */
async function strangeObjects(database: Database, { objectKeys, objectsDir }: Outside): Promise<string[]> {
  const keys = objectKeys ?? keysOnDisk(objectsDir);
  if (keys.length === 0) return [];
  const known = await database.read(
    (tx) => tx.many<{ key: string }>`SELECT object_key AS key FROM evidence WHERE object_key IS NOT NULL`,
  );
  const expected = new Set(known.map(({ key }) => key));
  return keys.filter((key) => !expected.has(key)).map((key) => `I8: no row knows the object ${key}`);
}

function keysOnDisk(directory: string | undefined): string[] {
  if (directory === undefined || !existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^evidence\/[0-9a-f]{40}$/.test(name),
  );
}

/** A process of a deployment without local inference at rest takes less than half of each. */
const MOST_MEGABYTES = 1_024;
const MOST_FILES = 400;
const MOST_WAITING_JOBS = 50;

/** I11. */
function piledUp({ processes = [], waitingJobs = 0 }: Outside): string[] {
  return [
    ...processes.flatMap(({ name, residentMegabytes, openFiles }) => [
      ...(residentMegabytes > MOST_MEGABYTES ? [`I11: ${name} holds ${residentMegabytes} MB`] : []),
      ...(openFiles > MOST_FILES ? [`I11: ${name} has ${openFiles} files open`] : []),
    ]),
    ...(waitingJobs > MOST_WAITING_JOBS ? [`I11: ${waitingJobs} jobs wait at rest`] : []),
  ];
}

/** I7. */
function leaks({ texts, secrets }: Outside): string[] {
  return texts.flatMap(({ name, text }) =>
    secrets.flatMap((secret, index) =>
      secret !== '' && text.includes(secret) ? [`I7: secret ${index} stands in ${name}`] : [],
    ),
  );
}

async function leaksInRows(database: Database, secrets: readonly string[]): Promise<string[]> {
  const rows = await database.read(
    (tx) => tx.many<{ place: string }>`
      SELECT DISTINCT place FROM (
        SELECT 'audit_events' AS place, data::text AS text FROM audit_events UNION ALL SELECT 'outbox', payload::text FROM outbox) written
      JOIN unnest(${secrets.filter((secret) => secret !== '')}::text[]) AS secret(value) ON strpos(written.text, secret.value) > 0`,
  );
  return rows.map(({ place }) => `I7: a secret stands in ${place}`);
}
