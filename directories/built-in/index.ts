export type { AccountStore } from './account-store.port.js';
export { BUILT_IN_CAPABILITIES, createBuiltInDirectory } from './built-in-directory.js';
