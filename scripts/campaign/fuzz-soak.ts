import { startService } from '../../test/support/service.js';
import { fuzzerFor, fuzzStage } from '../../test/security/fuzz/fuzz-stage.js';
import { operations, type FuzzedOperation } from '../../test/security/fuzz/operations.js';
import type { Campaign } from './campaign.js';

const RUNS_PER_PART = 40;

/** Every operation's body, path and query, fuzzed with a new seed in each part. */
export const fuzzSoak: Campaign = {
  help: 'every operation of openapi.yaml fuzzed 1,000 times over: no 5xx, nothing that the contract does not promise',
  defaultUnits: 1_000,
  unit: 'requests of each kind',
  async *run({ units, done, seed }) {
    const all = operations().filter((operation) => operation.id !== 'FlowView_events');
    for (let at = done; at < units; at += RUNS_PER_PART) {
      const runs = Math.min(RUNS_PER_PART, units - at);
      const service = await startService({ env: { RATE_LIMIT_SCALE: '10000' } });
      try {
        const stage = await fuzzStage(service, { runs, seed: seed + at });
        const faults: string[] = [];
        for (const operation of all) faults.push(...(await faultsOf(operation, fuzzerFor(stage, operation))));
        yield { units: runs, faults: [...faults, ...service.errorLines()] };
      } finally {
        await service.end();
      }
    }
  },
};

async function faultsOf(operation: FuzzedOperation, fuzzer: ReturnType<typeof fuzzerFor>): Promise<string[]> {
  const proofs = [
    ...(operation.body ? [() => fuzzer.bodies(operation, operation.body ?? {})] : []),
    ...(operation.body ? [() => fuzzer.unknownMembers(operation, operation.body ?? {})] : []),
    () => fuzzer.segments(operation),
    () => fuzzer.queries(operation),
  ];
  const faults: string[] = [];
  for (const proof of proofs) {
    await proof().catch((error: unknown) => faults.push(`${operation.method} ${operation.path}: ${String(error)}`));
  }
  return faults;
}
