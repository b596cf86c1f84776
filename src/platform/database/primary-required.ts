import type { ClientBase, QueryConfig } from 'pg';

export const CONNECT_TIMEOUT_MS = 5_000;

/** Said in the words that the server itself has for a write. */
class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError';
  readonly code = '25006';
}

/**
 * A standby that an address leads to before it was promoted answers questions out of the past: it would let in a sign-in that
 * was ended (F19). As libpq’s `target_session_attrs=read-write`, which node-postgres lacks.
 * @throws ReadOnlyServerError
 */
export async function requirePrimary(client: ClientBase): Promise<void> {
  const asked: QueryConfig & { query_timeout: number } = {
    text: 'SHOW transaction_read_only',
    query_timeout: CONNECT_TIMEOUT_MS,
  };
  const { rows } = await client.query<{ transaction_read_only: string }>(asked);
  if (rows[0]?.transaction_read_only !== 'off') throw new ReadOnlyServerError('the server takes no writes');
}
