import { readFileSync, statSync } from 'node:fs';
import { ZodError } from 'zod';
import { KeyRing, type KeyRingContent } from '../platform/crypto/key-ring.js';
import { fault, ok, warning, type Finding } from './finding.js';
import { TOKEN_BITS, weaknessOf } from './secret-strength.js';

const SUBJECT = 'KEYRING_FILE';
/**
 * Nobody else may read it, and the group may not change it. That a group reads it is how Kubernetes hands a secret to a
 * process that is not root (`fsGroup`).
 */
const TOO_OPEN = 0o027;

/** Whether the master keys are there, are ours alone, and are keys. */
export function keyRingFindings(path: string | undefined): Finding[] {
  if (path === undefined) return [];
  try {
    const { mode } = statSync(path);
    const text = readFileSync(path, 'utf8');
    const ring = new KeyRing(JSON.parse(text));
    const findings: Finding[] = [];
    if (mode & TOO_OPEN) {
      findings.push(
        fault(SUBJECT, 'others than its owner may read or change it', 'chmod 0600 it, or 0640 for a group'),
      );
    }
    const { keys } = JSON.parse(text) as KeyRingContent;
    if (keys.some((key) => 'secret' in key && isWeakKey(key.secret))) {
      findings.push(
        fault(SUBJECT, 'one of its keys is not random', 'make a new ring with `regain keys new --out FILE`'),
      );
    }
    if (findings.length > 0) return findings;
    return [ok(SUBJECT, `holds ${ring.ids.length} keys; ${ring.activeId} is active`), ...oldKeyFindings(ring)];
  } catch (error) {
    return [fault(SUBJECT, whyUnreadable(error), '`regain keys new --out FILE` makes a new one; keep it mode 0600')];
  }
}

/** A thief can use an old key as long as it is in the ring, or until its end (T117). */
function oldKeyFindings(ring: KeyRing): Finding[] {
  return ring.oldKeys.flatMap(({ id, acceptedUntil, overdue }) => {
    if (overdue)
      return [
        warning(
          SUBJECT,
          `still has the secret of ${id}, which ended at ${acceptedUntil?.toISOString()}`,
          'remove it: `regain keys reseal`, `regain keys usage`, `regain keys forget`',
        ),
      ];
    if (acceptedUntil) return [];
    const remedy = 'give it `"acceptedUntil"`, a week after the key that followed it became the active one';
    return [warning(SUBJECT, `accepts what was handed out under the old key ${id} for ever`, remedy)];
  });
}

/** Base64 hides patterns of bytes, so both forms are looked at. */
function isWeakKey(secret: string): boolean {
  const bytes = Buffer.from(secret, 'base64').toString('latin1');
  return [secret, bytes].some((text) => weaknessOf(text, TOKEN_BITS) !== undefined);
}

function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'is missing';
  if (code !== undefined) return `cannot be read (${code})`;
  return error instanceof ZodError || error instanceof SyntaxError ? 'is not a key ring' : (error as Error).message;
}
