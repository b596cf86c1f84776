import { CaseShreddedError } from '../platform/crypto/case-keys.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';

/**
 * What is read of a case, or `unreadable`: a row that it depends on was altered, or the key that sealed it is gone. Trying
 * again mends neither, and a person has to be able to end the case all the same (F8).
 */
export async function orUnreadable<Read>(read: () => Promise<Read>): Promise<Read | 'unreadable'> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SealBrokenError || error instanceof CaseShreddedError) return 'unreadable';
    throw error;
  }
}
