import { createHash, timingSafeEqual } from 'node:crypto';
import type { Sensitive } from '../sensitive.js';

/** Whether a text is one of the secrets, in a time that tells neither which nor how nearly. */
export function isOneOf(secrets: readonly Sensitive<string>[], text: string): boolean {
  const digest = sha256(text);
  return secrets.map((secret) => timingSafeEqual(sha256(secret.reveal()), digest)).some(Boolean);
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
