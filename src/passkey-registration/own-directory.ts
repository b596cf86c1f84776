import type { DirectDirectoryAdapter } from '../../directories/kit/index.js';
import type { Transaction } from '../platform/database/transaction.js';

/** The directory whose passkeys this stage registers, working in our own transactions. */
export type OwnDirectory = DirectDirectoryAdapter<Transaction>;
export const DIRECTORY = Symbol('directory');
