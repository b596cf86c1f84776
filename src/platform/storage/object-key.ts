const KEY = /^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/;
const PREFIX = /^(?:[a-z0-9_-]+(?:\/[a-z0-9_-]+)*\/?)?$/;
const MAX_KEY_LENGTH = 200;

/** The caller built a key out of something that is not one of our random ids. A programming fault, never retried. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';

  constructor() {
    super('Object keys are lower-case letters, digits, "_" and "-" in parts separated by single slashes.');
  }
}

/**
 * Refuses every key that could mean something to a file system or a URL: no dots, no empty part, no upper case (file
 * systems may fold it), nothing that needs encoding (ASVS 5.0, 5.3.2).
 * @throws InvalidObjectKeyError
 */
export function assertObjectKey(key: string): void {
  if (!isObjectKey(key)) throw new InvalidObjectKeyError();
}

/** False for what somebody else left in the store. */
export function isObjectKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && KEY.test(key);
}

/** As {@link assertObjectKey} for the start of a key: may be empty and may end in a slash. */
export function assertObjectPrefix(prefix: string): void {
  if (prefix.length > MAX_KEY_LENGTH || !PREFIX.test(prefix)) throw new InvalidObjectKeyError();
}
