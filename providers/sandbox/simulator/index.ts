export { startSandboxPartner } from './start.js';
export type { SandboxPartner, SandboxPartnerOptions } from './start.js';
export { FAILABLE_CHECKS, isScenarioName } from './scenario.js';
export type { Scenario, ScenarioName } from './scenario.js';
export type { DeliveryAttempt, SandboxIdentity } from './types.js';
