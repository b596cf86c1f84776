/**
 * The `code` of a system or SDK error. Told by its shape: an error that crossed a realm (a worker, a test sandbox) is
 * no `instanceof Error` here.
 */
export function errorCode(error: unknown): string | undefined {
  return textMember(error, 'code');
}

/** The SDK names its errors by this and not by their class. */
export function errorName(error: unknown): string | undefined {
  return textMember(error, 'name');
}

function textMember(error: unknown, member: string): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, member) : undefined;
  return typeof value === 'string' ? value : undefined;
}
