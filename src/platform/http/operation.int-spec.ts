import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Catch, Controller, Module, Post, Req, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { KeyRing } from '../crypto/key-ring.js';
import { Database } from '../database/database.js';
import { Problem } from '../errors/problem.js';
import { keepAnswer, type Kept } from '../idempotency/answering.js';
import { Operation } from './operation.js';
import type { Reply, Request } from './request-context.js';

const OF_EACH = { summary: 'Make one.', tag: 'Test', audience: 'anyone', status: 201, response: z.unknown() } as const;

let test: TestDatabase;
let app: NestFastifyApplication;
let made = 0;

@Controller('things')
class ThingsController {
  constructor(private readonly database: Database) {}

  @Post('kept')
  @Operation({ ...OF_EACH, idempotent: true })
  kept(@Req() request: Request): Promise<Kept<object>> {
    return this.database.transaction((tx) => keepAnswer(request, tx, { made: (made += 1) }));
  }

  @Post('careless')
  // @ts-expect-error -- what an idempotent operation answers with is kept, or does not compile
  @Operation({ ...OF_EACH, idempotent: true })
  async careless(): Promise<object> {
    return { made: (made += 1) };
  }

  @Post('by-itself')
  @Operation({ ...OF_EACH, idempotent: 'by_itself' })
  byItself(): object {
    return { made: (made += 1) };
  }

  @Post('secret')
  @Operation({ ...OF_EACH, keepsNoAnswer: 'it would keep the secret' })
  secret(): object {
    return { made: (made += 1) };
  }
}

@Catch(Problem)
class AsItsStatus implements ExceptionFilter {
  catch(problem: Problem, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<Reply>().status(problem.status).send({ code: problem.code });
  }
}

beforeAll(async () => {
  test = await openTestDatabase();
  @Module({
    controllers: [ThingsController],
    providers: [
      { provide: Database, useValue: test.database },
      { provide: KeyRing, useValue: new KeyRing(KeyRing.generate()) },
    ],
  })
  class ThingsModule {}
  app = await NestFactory.create<NestFastifyApplication>(ThingsModule, new FastifyAdapter(), { logger: false });
  app.useGlobalFilters(new AsItsStatus());
  await app.init();
});
afterAll(async () => {
  await app?.close();
  await test?.close();
});

async function make(path: string, key: string, payload: object = { one: 1 }): Promise<[number, unknown]> {
  const answer = await app.inject({
    method: 'POST',
    url: `/things/${path}`,
    headers: { 'idempotency-key': key },
    payload,
  });
  return [answer.statusCode, answer.json()];
}

describe('an operation that is declared idempotent', () => {
  it('gives a retry under the same key the first answer, and refuses the key for anything else', async () => {
    const [status, first] = await make('kept', 'one');
    expect([status, await make('kept', 'one')]).toEqual([201, [201, first]]);
    expect(await make('kept', 'one', { two: 2 })).toEqual([409, { code: 'idempotency_key_reused' }]);
    expect(await make('kept', 'another')).not.toEqual([201, first]);
    expect(await make('kept', 'x'.repeat(256))).toEqual([400, { code: 'invalid_request' }]);
  });

  it.each(['by-itself', 'secret'])('is the only one whose answer is kept: %s', async (path) => {
    const [status, first] = await make(path, 'one');
    expect(status).toBe(201);
    expect(await make(path, 'one')).not.toEqual([201, first]);
    const kept = await test.database.read(
      (tx) =>
        tx.one<{ count: number }>`SELECT count(*)::int AS count FROM idempotency_keys WHERE response_sealed IS NULL`,
    );
    expect(kept.count).toBe(0);
  });
});
