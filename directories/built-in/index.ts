export type { AccountStore } from './account-store.port.js';
export { createBuiltInDirectory } from './built-in-directory.js';
