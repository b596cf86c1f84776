export { lockDataDirectory, type DataDirectoryLock } from './data-directory-lock.js';
/** @internal */
export { DataDirectoryInUseError } from './data-directory-lock.js';
export { pickFreePort } from './free-port.js';
export { createPrivateFile, readIfExists, writePrivateFile } from './private-file.js';
export { processArguments, processIdentity } from './process-identity.js';
export { stageDirectory, type StageOptions } from './staged-directory.js';
