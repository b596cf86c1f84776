/**
 * What simulators are made of: HTTP, scenarios, sessions, pages, pushes. It knows no partner and no adapter; a simulator
 * imports this and its own folder, so that a misreading of a protocol on one side shows on the other.
 */
export { controlRoutes } from './control.js';
export { HttpFault, readBytes, readForm, readObject, readText, send, sendJson } from './http.js';
export type { Call, Route } from './http.js';
export { misbehave } from './misbehaviour.js';
export { decisionPage, endPage, escape, identityIn, layout, sendPage } from './page.js';
export type { PageOwner } from './page.js';
export { DEFAULT_RETRY_DELAYS_MS, PushSender } from './push-sender.js';
export type { DeliveryAttempt, Push } from './push-sender.js';
export { FAILABLE_KINDS, FICTIONAL, hasResult, isScenarioName, SCENARIO_NAMES } from './scenario.js';
export type { Decision, FailableKind, Scenario, ScenarioName, SimulatedIdentity } from './scenario.js';
export { SessionBook } from './session-book.js';
export type { SimulatedSession } from './session-book.js';
export { bookOf, play, timesOf } from './simulator.js';
export type { RunningSimulator, SimulatorDefinition, SimulatorOptions } from './simulator.js';
export { verificationPages } from './verification-pages.js';
