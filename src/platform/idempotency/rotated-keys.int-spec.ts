import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, lastValueFrom } from 'rxjs';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { KeyRing } from '../crypto/key-ring.js';
import { Problem } from '../errors/problem.js';
import type { Request } from '../http/request-context.js';
import { keepAnswer } from './answering.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

const keyOf = (id: string) => ({ id, secret: randomBytes(32).toString('base64') });
const [old, fresh] = [keyOf('k1'), keyOf('k2')];
let test: TestDatabase;
/**
 * The same process at each step of a rotation: before, with the new key made known, with the new key active, without
 * the old one.
 */
let process: Record<'before' | 'told' | 'rotated' | 'after', IdempotencyInterceptor>;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
  const withRing = (...keys: object[]) => new IdempotencyInterceptor(test.database, new KeyRing({ keys }));
  process = {
    before: withRing(old),
    told: withRing(old, { ...fresh, retired: true }),
    rotated: withRing({ ...old, retired: true }, fresh),
    after: withRing(fresh),
  };
});
afterAll(() => test.close());

interface Outcome {
  body?: unknown;
  code?: string;
  replayed: boolean;
}

interface Asked {
  by: IdempotencyInterceptor;
  key: string;
  login?: string;
}

const call = (by: IdempotencyInterceptor, key: string, handler: () => Promise<unknown>): Promise<Outcome> =>
  ask({ by, key }, handler);

async function ask({ by, key, login = 'ana' }: Asked, handler: () => Promise<unknown>): Promise<Outcome> {
  let replayed = false;
  const reply = { statusCode: 201, status: () => reply, header: () => ((replayed = true), reply) };
  const request = {
    method: 'POST',
    url: '/v1/recovery-cases',
    body: { login },
    headers: { 'idempotency-key': key },
    principal: { kind: 'person', id: 'agent', scopes: new Set() },
  };
  const context = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) };
  const keeping = async (): Promise<unknown> => {
    const answer = await handler();
    return test.database.transaction((tx) => keepAnswer(request as unknown as Request, tx, answer));
  };
  const next: CallHandler = { handle: () => defer(keeping) };
  try {
    return { body: await lastValueFrom(await by.intercept(context as unknown as ExecutionContext, next)), replayed };
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, replayed };
    throw error;
  }
}

function counting() {
  let runs = 0;
  return { handler: async () => ({ run: (runs += 1) }), runs: () => runs };
}

describe('a request that is repeated while keys are rotated (T117, F38)', () => {
  it('is answered with its first answer, whichever process it came to and comes to', async () => {
    const steps = ['before', 'told', 'rotated'] as const;
    for (const first of steps)
      for (const again of steps.filter((step) => step !== 'before' || first !== 'rotated')) {
        const { handler, runs } = counting();
        await call(process[first], `${first}-${again}`, handler);
        expect(await call(process[again], `${first}-${again}`, handler)).toEqual({ body: { run: 1 }, replayed: true });
        expect(runs()).toBe(1);
      }
  });

  it('is told from another one under the same Idempotency-Key, whichever process they come to', async () => {
    const steps = ['told', 'rotated'] as const;
    for (const first of steps)
      for (const again of steps) {
        const key = `reused-${first}-${again}`;
        const { handler } = counting();
        await ask({ by: process[first], key }, handler);
        expect(await ask({ by: process[again], key, login: 'bea' }, handler)).toMatchObject({
          code: 'idempotency_key_reused',
        });
      }
  });

  it('is at work under whichever key it was begun, and is free again under it when it was refused', async () => {
    let refuse = (_error: Problem): void => undefined;
    const refused = new Promise((_resolve, reject) => (refuse = reject));
    let begun = (): void => undefined;
    const working = new Promise<void>((resolve) => (begun = resolve));
    const first = call(process.told, 'at-work', () => (begun(), refused));
    await working;
    const { handler, runs } = counting();
    expect(await call(process.rotated, 'at-work', handler)).toMatchObject({ code: 'request_in_progress' });
    refuse(new Problem('case_already_open'));
    expect(await first).toMatchObject({ code: 'case_already_open' });
    expect(await call(process.rotated, 'at-work', handler)).toMatchObject({ replayed: false });
    expect(runs()).toBe(1);
  });

  it('runs once when it comes to processes with different active keys at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { handler, runs } = counting();
      const both = Array.from({ length: 12 }, (_, n) => (n % 2 ? process.told : process.rotated));
      const outcomes = await Promise.all(both.map((one) => call(one, `raced-${round}`, handler)));
      expect(runs()).toBe(1);
      expect(outcomes.filter(({ body }) => body === undefined).map(({ code }) => code)).not.toContain('internal_error');
    }
  });

  it('of a process that died is taken over where it was begun, by one of many', async () => {
    await new Promise<void>((begun) => void call(process.told, 'died', () => (begun(), new Promise(() => undefined))));
    await test.asOwner(
      `UPDATE idempotency_keys SET created_at = created_at - interval '2 minutes' WHERE status IS NULL`,
    );
    const { handler, runs } = counting();
    await Promise.all([process.rotated, process.told].map((one) => call(one, 'died', handler)));
    expect(runs()).toBe(1);
  });

  it('is another one to a process whose ring has lost the key', async () => {
    const { handler, runs } = counting();
    await call(process.before, 'lost', handler);
    expect(await call(process.after, 'lost', handler)).toMatchObject({ replayed: false });
    expect(runs()).toBe(2);
  });
});
