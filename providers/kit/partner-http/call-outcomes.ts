import type { ProviderHealth } from '../adapter.js';
import { ProviderError } from '../errors.js';

/** What a harmless call says of a partner: well, or the code of what went wrong. */
export async function healthOf(call: Promise<unknown>): Promise<ProviderHealth> {
  try {
    await call;
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ok: false, detail: error.code };
  }
}

/** For an erasure: a session that the partner knows no more has nothing left to erase. */
export async function unlessUnknown(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ProviderError && error.code === 'session_unknown')) throw error;
  }
}
