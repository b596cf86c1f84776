import type pg from 'pg';
import { compareWithNewestAnchor, AnchorUnreadableError, type AnchorGround } from '../audit-trail/anchors.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import type { ReadSettings } from './environment-checks.js';
import { fault, ok, warning, type Finding } from './finding.js';
import { bucketOf } from './object-store-check.js';

const SUBJECT = 'audit anchors';
const RESTORED = 'before any process starts: `regain restore reconcile` (docs/restore.md, "Restore a backup")';

/** A store that is away keeps nobody from starting; readiness waits for the comparison. */
const NOT_COMPARED = warning(
  SUBJECT,
  'the object store does not answer: whether the database was set back is not known',
  'see S3_ENDPOINT; processes are not ready until this is known',
);

/** What is asked of the database. */
export interface SealedTrail {
  /** The signature of the checkpoint of that id, if there is one. */
  signatureOf: (checkpointId: string) => Promise<string | undefined>;
  hasCheckpoints: () => Promise<boolean>;
}

/**
 * Whether the database was set back to an earlier point: it lacks a checkpoint that the object store knows of. What keeps
 * the key ring from being read, or the store's settings from being complete, is other checks' to say.
 *
 * @param client on a migrated database
 */
export async function anchorFindings(client: pg.Client, settings: ReadSettings): Promise<Finding[]> {
  const objects = bucketOf(settings);
  const ring = readRing(settings.KEYRING_FILE);
  try {
    return objects && ring ? await compareTrail(trailOf(client), { objects, ring }) : [];
  } finally {
    objects?.close();
  }
}

/** The verdict on a database and a store. */
export async function compareTrail(trail: SealedTrail, ground: AnchorGround): Promise<Finding[]> {
  try {
    const { newest, setBack } = await compareWithNewestAnchor(ground, trail.signatureOf);
    if (newest && setBack) {
      const detail = `the database was set back: it lacks checkpoint ${newest.id} of ${newest.createdText}, which the object store has`;
      return [fault(SUBJECT, detail, RESTORED)];
    }
    if (newest)
      return [ok(SUBJECT, `the database has checkpoint ${newest.id}, the newest that the object store knows`)];
    if (!(await trail.hasCheckpoints())) return [ok(SUBJECT, 'nothing was sealed yet')];
    const detail = 'the object store knows no checkpoint: a database that was set back would not be noticed';
    return [
      warning(SUBJECT, detail, 'a worker writes one with the next seal; if one was there, find out who removed it'),
    ];
  } catch (error) {
    if (error instanceof ObjectStoreUnavailableError) return [NOT_COMPARED];
    if (!(error instanceof AnchorUnreadableError)) throw error;
    const remedy =
      'after a restore: `regain restore reconcile`; otherwise find out who did it, remove the delete marker, and delete objects that are not ours';
    return [fault(SUBJECT, error.message, remedy)];
  }
}

function trailOf(client: pg.Client): SealedTrail {
  return {
    async signatureOf(checkpointId) {
      const text = 'SELECT signature FROM regain.audit_checkpoints WHERE id = $1';
      return (await client.query<{ signature: string }>(text, [checkpointId])).rows[0]?.signature;
    },
    async hasCheckpoints() {
      return (await client.query('SELECT id FROM regain.audit_checkpoints ORDER BY id LIMIT 1')).rows.length > 0;
    },
  };
}

function readRing(path: string | undefined): KeyRing | undefined {
  try {
    return path === undefined ? undefined : KeyRing.fromFile(path);
  } catch {
    return undefined;
  }
}
