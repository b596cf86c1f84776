export { describeProviderConformance } from './describe-provider-conformance.js';
export { FaultProxy } from './fault-proxy.js';
export type { Fault } from './fault.js';
export { createNodeHttpPort } from './node-http-port.js';
export { PushReceiver } from './push-receiver.js';
export type { CanaryIdentity, ConformanceOptions, ConformanceTopic, PartnerOutcome } from './options.js';
