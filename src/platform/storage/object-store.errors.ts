/** No object under this key: never written, or deleted. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';

  constructor(readonly key: string) {
    super(`No object ${key}.`);
  }
}

/** The store answered with bytes that are not the ones that were put under this key. They are never handed out. */
export class ObjectCorruptError extends Error {
  override readonly name = 'ObjectCorruptError';

  constructor(readonly key: string) {
    super(`Object ${key} does not carry the bytes that were stored under its key.`);
  }
}

export const OBJECT_STORE_FAILURES = ['unreachable', 'timeout', 'full', 'denied', 'misconfigured'] as const;
export type ObjectStoreFailure = (typeof OBJECT_STORE_FAILURES)[number];

/**
 * The store could not do what was asked; nothing is known to have changed. `denied` and `misconfigured` need an
 * operator, the others pass by themselves. The message holds the store's own error code and no address or secret.
 */
export class ObjectStoreUnavailableError extends Error {
  override readonly name = 'ObjectStoreUnavailableError';

  constructor(
    readonly failure: ObjectStoreFailure,
    readonly storeCode: string,
  ) {
    super(`The object store is not available (${failure}: ${storeCode}).`);
  }
}
