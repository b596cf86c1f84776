import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startService, type TestService } from '../support/service.js';
import { WHOLE } from '../support/whole.js';
import { fuzzerFor, fuzzStage, type FuzzStage } from './fuzz/fuzz-stage.js';
import { operations, type FuzzedOperation } from './fuzz/operations.js';
import { ODD_BODIES } from './fuzz/wild-values.js';

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
const RUNS = Number(process.env.FUZZ_RUNS ?? (WHOLE ? 25 : 10));

/** A stream without end is read elsewhere. */
const ALL = operations().filter((operation) => operation.id !== 'FlowView_events');
const named = (list: FuzzedOperation[]): [string, FuzzedOperation][] =>
  list.map((operation) => [`${operation.method} ${operation.path}`, operation]);
const withBody = named(ALL.filter((operation) => operation.body));

let service: TestService;
let stage: FuzzStage;

beforeAll(async () => {
  service = await startService({ env: { RATE_LIMIT_SCALE: '10000' } });
  stage = await fuzzStage(service, { runs: RUNS, seed: SEED });
});
afterAll(() => service?.end());
afterEach(async () => {
  await stage.endPause();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe(`every body (seed ${SEED})`, () => {
  it.each(withBody)(
    '%s: nothing makes it fail, and every answer is one the contract promises',
    async (_name, operation) => {
      await fuzzerFor(stage, operation).bodies(operation, operation.body ?? {});
    },
  );

  it.each(withBody)('%s: a member too many is 400 (T52)', async (_name, operation) => {
    await fuzzerFor(stage, operation).unknownMembers(operation, operation.body ?? {});
  });

  it.each(withBody)('%s: undefined, null, lists and objects never match (T26)', async (_name, operation) => {
    await fuzzerFor(stage, operation).wrongTypes(operation, operation.body ?? {});
  });

  it.each(withBody)('%s: what is not JSON is refused (T5, T87, T88)', async (_name, operation) => {
    for (const body of ODD_BODIES) {
      const answer = await fuzzerFor(stage, operation).rawBody(operation, body);
      const nothing = ['', ' ', 'null'].includes(body) && (operation.body?.required ?? []).length === 0;
      const expected = body.length > 262_144 ? 413 : 400;
      if (!nothing) expect([body.slice(0, 40), answer.status]).toEqual([body.slice(0, 40), expected]);
    }
  });
});

describe('every id in a path', () => {
  it.each(named(ALL.filter((operation) => operation.pathParameters.length > 0)))(
    '%s: what names nothing is never a success',
    async (_name, operation) => {
      await fuzzerFor(stage, operation).segments(operation);
    },
  );
});

describe('every query', () => {
  it.each(named(ALL.filter((operation) => operation.query.length > 0)))(
    '%s: anything in it, twice or unknown (T91, T93)',
    async (_name, operation) => {
      await fuzzerFor(stage, operation).queries(operation);
    },
  );
});

describe('afterwards', () => {
  it('the service is well, and nothing of it is in the log as an error', async () => {
    expect((await service.client({ bearer: service.ready.apiKey }).get('/v1/recovery-cases')).status).toBe(200);
    expect(service.errorLines()).toEqual([]);
  });
});
