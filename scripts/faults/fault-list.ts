import { DATABASE_FAULTS } from './cases/database-faults.js';
import { FAILOVER_FAULTS } from './cases/failover-faults.js';
import { HOST_FAULTS } from './cases/host-faults.js';
import { MACHINE_FAULTS } from './cases/machine-faults.js';
import { OBJECT_FAULTS } from './cases/object-faults.js';
import { PARTNER_FAULTS } from './cases/partner-faults.js';
import { PROCESS_FAULTS } from './cases/process-faults.js';
import { QUEUE_FAULTS } from './cases/queue-faults.js';
import { REDIS_FAULTS } from './cases/redis-faults.js';
import type { FaultCase } from './fault-case.js';

/** `F16b` is another case of the sixteenth. */
export const numberOf = ({ id }: FaultCase): number => Number.parseInt(id.slice(1), 10);

/** Every fault that is injected on whole deployments, by its number in `docs/faults.md`. */
export const FAULTS: readonly FaultCase[] = [
  ...PROCESS_FAULTS,
  ...QUEUE_FAULTS,
  ...DATABASE_FAULTS,
  ...FAILOVER_FAULTS,
  ...PARTNER_FAULTS,
  ...REDIS_FAULTS,
  ...OBJECT_FAULTS,
  ...MACHINE_FAULTS,
  ...HOST_FAULTS,
].sort((one, other) => numberOf(one) - numberOf(other));
