import { z } from 'zod';
import type { Correlation } from '../telemetry/correlation.js';

/** Job payloads carry ids and small numbers only: the queue is clear text and not the truth (rule 2, T112). */
const IdsOnly = z.record(z.string(), z.union([z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/), z.number().int()]));

export interface JobContract<Payload> {
  /** Queue and job name: one queue per kind of work. */
  readonly name: string;
  readonly schema: z.ZodType<Payload>;
  /** Tries by the queue before the job is parked as failed; the sweeper re-derives the work from the database. */
  readonly tries: number;
  readonly backoffMs: number;
  readonly concurrency: number;
}

const contracts = new Map<string, JobContract<unknown>>();

/** Declares a kind of work next to the code that does it. @throws Error when the name is taken. */
export function defineJob<Payload>(contract: JobContract<Payload>): JobContract<Payload> {
  if (contracts.has(contract.name)) throw new Error(`job contract ${contract.name} is defined twice`);
  contracts.set(contract.name, contract);
  return contract;
}

/** Every contract that was defined in this process so far; the composition root loads all of them. */
export function jobContracts(): JobContract<unknown>[] {
  return [...contracts.values()];
}

/**
 * How a worker takes this kind of work. A worker that died is noticed within seconds: its lock is short and renewed while
 * the work goes on, and a job found without an owner is taken again a few times before the sweeper has to bring it back.
 */
export function workerOptions<Payload>(contract: JobContract<Payload>): {
  concurrency: number;
  lockDuration: number;
  stalledInterval: number;
  maxStalledCount: number;
} {
  return { concurrency: contract.concurrency, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 3 };
}

/** Beside a payload's own members: what the job belongs to. Ids that mean nothing by themselves. */
const CARRIED = { id: 'correlationId', traceparent: 'traceparent' } as const;

/** A job's data: its payload and what it belongs to. @throws ZodError */
export function jobData<Payload>(
  contract: JobContract<Payload>,
  payload: unknown,
  correlation: Correlation | undefined,
): object {
  const { id, traceparent } = correlation ?? {};
  const carried = {
    ...(id ? { [CARRIED.id]: id } : {}),
    ...(traceparent ? { [CARRIED.traceparent]: traceparent } : {}),
  };
  return IdsOnly.parse({ ...(parsePayload(contract, payload) as object), ...carried });
}

/** The reverse of {@link jobData}, before the payload is parsed. */
export function openJobData(data: unknown): { payload: unknown; correlation: Correlation | undefined } {
  const given = IdsOnly.safeParse(data);
  if (!given.success) return { payload: data, correlation: undefined };
  const { [CARRIED.id]: id, [CARRIED.traceparent]: traceparent, ...payload } = given.data;
  if (typeof id !== 'string') return { payload, correlation: undefined };
  return { payload, correlation: { id, ...(typeof traceparent === 'string' ? { traceparent } : {}) } };
}

/** Parses a payload at either end of the queue. @throws ZodError */
export function parsePayload<Payload>(contract: JobContract<Payload>, payload: unknown): Payload {
  IdsOnly.parse(payload);
  return contract.schema.parse(payload);
}
