import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, lastValueFrom } from 'rxjs';
import { eventually } from '../../../scripts/harness/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { KeyRing } from '../crypto/key-ring.js';
import { type Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/database-errors.js';
import { Problem } from '../errors/problem.js';
import type { Request } from '../http/request-context.js';
import { keepAnswer } from './answering.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

const ring = new KeyRing(KeyRing.generate());
let test: TestDatabase;
let interceptor: IdempotencyInterceptor;

beforeAll(async () => {
  test = await openTestDatabase();
  interceptor = new IdempotencyInterceptor(test.database, ring);
});
afterAll(() => test.close());

interface Call {
  key?: unknown;
  body?: unknown;
  url?: string;
  principal?: string;
}
interface Outcome {
  status: number;
  body?: unknown;
  code?: string;
  replayed: boolean;
}

/** One request through the interceptor; `handler` is what the controller would do, and keep. */
const call = (given: Call, handler: () => Promise<unknown>, by?: IdempotencyInterceptor): Promise<Outcome> =>
  exchange(given, (request) => handler().then((body) => kept(request, body)), by);

const kept = (request: Request, body: unknown): Promise<unknown> =>
  test.database.transaction((tx) => keepAnswer(request, tx, body));

/** The same, where the handler keeps its answer itself, or does not. */
async function exchange(
  given: Call,
  handler: (request: Request) => Promise<unknown>,
  by: IdempotencyInterceptor = interceptor,
): Promise<Outcome> {
  const headers: Record<string, string> = {};
  const reply = {
    statusCode: 201,
    status: (status: number) => ((reply.statusCode = status), reply),
    header: (name: string, value: string) => ((headers[name] = value), reply),
  };
  const request = {
    method: 'POST',
    url: given.url ?? '/v1/recovery-cases',
    body: given.body ?? { login: 'ana' },
    headers: given.key === undefined ? {} : { 'idempotency-key': given.key },
    principal: { kind: 'person', id: given.principal ?? 'agent', scopes: new Set() },
  };
  const context = {
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
  } as unknown as ExecutionContext;
  const next: CallHandler = { handle: () => defer(() => handler(request as unknown as Request)) };
  try {
    const body = await lastValueFrom(await by.intercept(context, next));
    return { status: reply.statusCode, body, replayed: headers['idempotency-replayed'] === 'true' };
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, code: error.code, replayed: false };
    throw error;
  }
}

function countingHandler(): { handler: () => Promise<unknown>; runs: () => number } {
  let runs = 0;
  return { handler: async () => ({ link: `https://example.org/r/secret-${(runs += 1)}` }), runs: () => runs };
}

describe('an answer that is kept with the change (F1, F2)', () => {
  const change = (request: Request, end: () => void): Promise<unknown> =>
    test.database.transaction(async (tx) => {
      tx.send`INSERT INTO outbox (event, payload, due_at) VALUES ('case.opened', '{}', clock_timestamp())`;
      const answer = await keepAnswer(request, tx, { id: 'rc_once' });
      end();
      return answer;
    });

  const changes = async (): Promise<number> =>
    (
      await test.database.read(
        (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM outbox WHERE event = 'case.opened'`,
      )
    ).count;

  it('is there for the retry when the process died before it could answer', async () => {
    const died = async (request: Request): Promise<unknown> => {
      await change(request, () => undefined);
      throw new Problem('internal_error');
    };
    await exchange({ key: 'died-after' }, died);
    const { handler, runs } = countingHandler();
    expect(await call({ key: 'died-after' }, handler)).toEqual({
      status: 201,
      body: { id: 'rc_once' },
      replayed: true,
    });
    expect(runs()).toBe(0);
  });

  it('is the successor’s alone when the request stood still for so long that it was taken over', async () => {
    const before = await changes();
    const slept = async (request: Request): Promise<unknown> => {
      await test.asOwner(
        `UPDATE idempotency_keys SET created_at = created_at - interval '2 minutes' WHERE status IS NULL`,
      );
      const successor = await exchange({ key: 'slept' }, (again) => change(again, () => undefined));
      expect(successor.body).toEqual({ id: 'rc_once' });
      return change(request, () => undefined);
    };
    expect((await exchange({ key: 'slept' }, slept)).code).toBe('request_in_progress');
    expect((await changes()) - before).toBe(1);
    const { handler, runs } = countingHandler();
    expect((await call({ key: 'slept' }, handler)).replayed).toBe(true);
    expect(runs()).toBe(0);
  });

  it('is not when the change was undone', async () => {
    const undone = (request: Request): Promise<unknown> =>
      change(request, () => {
        throw new Problem('wrong_state');
      });
    expect((await exchange({ key: 'undone' }, undone)).code).toBe('wrong_state');
    const { handler, runs } = countingHandler();
    expect((await call({ key: 'undone' }, handler)).replayed).toBe(false);
    expect(runs()).toBe(1);
  });
});

describe('an answer that was not kept', () => {
  it('is given to nobody: a retry would do everything again', async () => {
    const careless = (): Promise<unknown> => exchange({ key: 'careless' }, async () => ({ fine: true }));
    await expect(careless()).rejects.toThrow('answers with what it has kept');
    expect(await exchange({}, async () => ({ fine: true }))).toMatchObject({ body: { fine: true } });
  });
});

describe('an idempotency key', () => {
  it('replays the first answer, status and all, and runs the handler once', async () => {
    const { handler, runs } = countingHandler();
    const first = await call({ key: 'replay' }, handler);
    const second = await call({ key: 'replay' }, handler);
    expect(second).toEqual({ ...first, replayed: true });
    expect([runs(), first.replayed, first.status]).toEqual([1, false, 201]);
  });

  it('without a key nothing is stored and everything runs', async () => {
    const { handler, runs } = countingHandler();
    await call({}, handler);
    await call({}, handler);
    expect(runs()).toBe(2);
  });

  it.each([
    ['another body', { body: { login: 'bea' } }],
    ['another path', { url: '/v1/recovery-cases/rc_1/resend-link' }],
    ['another query', { url: '/v1/recovery-cases?x=1' }],
  ])('with %s is refused', async (name, change) => {
    const { handler, runs } = countingHandler();
    await call({ key: `reused ${name}`.replaceAll(' ', '-') }, handler);
    expect(await call({ key: `reused ${name}`.replaceAll(' ', '-'), ...change }, handler)).toMatchObject({
      status: 409,
      code: 'idempotency_key_reused',
    });
    expect(runs()).toBe(1);
  });

  it('belongs to its caller: another one’s key of the same name is another key', async () => {
    const { handler, runs } = countingHandler();
    const mine = await call({ key: 'shared', principal: 'agent-1' }, handler);
    const theirs = await call({ key: 'shared', principal: 'agent-2' }, handler);
    expect([runs(), mine.body]).toEqual([2, { link: 'https://example.org/r/secret-1' }]);
    expect(theirs).toMatchObject({ replayed: false, body: { link: 'https://example.org/r/secret-2' } });
  });

  it('whose request is still running says so; of many that race exactly one runs', async () => {
    let release = (): void => undefined;
    const running = new Promise<void>((resolve) => (release = resolve));
    let runs = 0;
    const slow = async (): Promise<unknown> => {
      runs += 1;
      await running;
      return { fine: true };
    };
    const calls = Array.from({ length: 12 }, () => call({ key: 'race' }, slow));
    // The winner is let go once all the others have been answered.
    let refused = 0;
    for (const one of calls)
      void one.then((outcome) => outcome.code === 'request_in_progress' && (refused += 1) === 11 && release());
    const outcomes = await Promise.all(calls);
    expect(runs).toBe(1);
    expect(outcomes.filter((outcome) => outcome.status === 201)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.code === 'request_in_progress')).toHaveLength(11);
  });

  it('is free again when the request was refused', async () => {
    let refuse = true;
    const handler = async (): Promise<unknown> => {
      if (refuse) throw new Problem('case_already_open');
      return { fine: true };
    };
    expect(await call({ key: 'corrected' }, handler)).toMatchObject({ code: 'case_already_open' });
    refuse = false;
    expect(await call({ key: 'corrected', body: { login: 'bea' } }, handler)).toMatchObject({
      status: 201,
      replayed: false,
    });
  });

  const age = (key: string, seconds: number): Promise<number> => {
    const digest = ring.digest('lookup', `person:agent:${key}`);
    return test.database.transaction(
      (tx) =>
        tx.run`UPDATE idempotency_keys SET created_at = created_at - make_interval(secs => ${seconds}), expires_at = expires_at - make_interval(secs => ${seconds}) WHERE key_digest = ${digest}`,
    );
  };
  /** A request whose process died: claimed, never answered. */
  const abandon = (key: string): void => void call({ key }, () => new Promise(() => undefined));
  const claimed = async (key: string): Promise<void> => {
    while ((await age(key, 0)) === 0);
  };

  it('of a process that died can be taken over after a minute, by the same request only (F2)', async () => {
    abandon('taken-over');
    await claimed('taken-over');
    const { handler, runs } = countingHandler();
    expect(await call({ key: 'taken-over' }, handler)).toMatchObject({ code: 'request_in_progress' });
    await age('taken-over', 61);
    expect(await call({ key: 'taken-over', body: { login: 'bea' } }, handler)).toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect(await call({ key: 'taken-over' }, handler)).toMatchObject({ status: 201 });
    expect(runs()).toBe(1);
  });

  it('is taken over by exactly one of many', async () => {
    abandon('raced-over');
    await claimed('raced-over');
    await age('raced-over', 61);
    const { handler, runs } = countingHandler();
    await Promise.all(Array.from({ length: 8 }, () => call({ key: 'raced-over' }, handler)));
    expect(runs()).toBe(1);
  });

  it('is free as soon as the database is back that was away when the request failed (F15)', async () => {
    let away = false;
    const write: Database['write'] = (statement) =>
      away ? Promise.reject(new DatabaseUnavailableError(new Error('away'))) : test.database.write(statement);
    const there = new IdempotencyInterceptor({ ...test.database, write } as unknown as Database, ring);
    const failed = async (): Promise<unknown> => {
      away = true;
      throw new Problem('dependency_unavailable');
    };
    expect(await call({ key: 'cut' }, failed, there)).toMatchObject({ code: 'dependency_unavailable' });
    const { handler, runs } = countingHandler();
    expect(await call({ key: 'cut' }, handler)).toMatchObject({ code: 'request_in_progress' });
    away = false;
    await eventually('the key is free', async () => (await call({ key: 'cut' }, handler)).status === 201);
    expect(runs()).toBe(1);
  });

  it('is forgotten after a day', async () => {
    const { handler, runs } = countingHandler();
    await call({ key: 'old' }, handler);
    await age('old', 86_401);
    expect(await call({ key: 'old', body: { login: 'bea' } }, handler)).toMatchObject({ status: 201, replayed: false });
    expect(runs()).toBe(2);
  });

  it.each(['', ' ', 'a b', 'ä', '\u0000', 'x'.repeat(256), ['a', 'b']])(
    'of the shape %j is refused before anything runs',
    async (key) => {
      const { handler, runs } = countingHandler();
      expect(await call({ key }, handler)).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(runs()).toBe(0);
    },
  );
});

describe('the table', () => {
  it('holds neither keys nor callers nor requests nor answers in the clear', async () => {
    await call({ key: 'canary-key', principal: 'canary-agent', body: { login: 'canary-login' } }, async () => ({
      link: 'https://example.org/r/canary-link',
    }));
    const rows = await test.database.read(
      (tx) =>
        tx.many<{
          text: string;
        }>`SELECT encode(response_sealed || key_digest || principal_digest || request_sha256, 'escape') AS text FROM idempotency_keys WHERE response_sealed IS NOT NULL`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('canary');
  });

  it('gives nobody without the key a body to try guesses on, nor two that are seen to be the same', async () => {
    const [url, body] = ['/v1/recovery-cases/rc_1/call-code', { code: '4711' }];
    for (const key of ['guessed-1', 'guessed-2']) await call({ key, url, body }, async () => ({ fine: true }));
    const asked = await test.database.read(
      (tx) => tx.many<{ request: Buffer }>`SELECT request_sha256 AS request FROM idempotency_keys`,
    );
    const seen = asked.map(({ request }) => request.toString('hex'));
    const guess = createHash('sha256')
      .update(`POST ${url}\n${JSON.stringify(body)}`)
      .digest('hex');
    expect(seen.filter((one) => one.includes(guess))).toEqual([]);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
