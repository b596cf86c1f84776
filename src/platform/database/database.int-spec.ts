import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once, type EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from './database.js';
import { DatabaseUnavailableError, isUniqueViolation, postgresErrorCode } from './database-errors.js';
import type { Transaction } from './transaction.js';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 6 });
  database = test.database;
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => test.close());

const counter = (name: string): Promise<number> =>
  database.read(
    async (tx) => (await tx.one<{ used: number }>`SELECT used FROM limit_counters WHERE name = ${name}`).used,
  );
const addCounter = (name: string): Promise<number> =>
  database.transaction(
    (tx) =>
      tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES (${name}, '\\x01', '2026-01-01', 0)`,
  );

describe('the connection', () => {
  it('pins that a lookup with undefined throws instead of matching every row (T26)', () => {
    expect(database.options).toMatchObject({ invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' } });
    expect(database.options.synchronize ?? false).toBe(false);
    expect(database.options.entities ?? []).toEqual([]);
  });

  it('matches no row when a parameter is undefined or null', async () => {
    await addCounter('undefined-parameter');
    for (const value of [undefined, null])
      expect(await database.read((tx) => tx.many`SELECT * FROM limit_counters WHERE name = ${value}`)).toEqual([]);
  });

  it('passes every value as a parameter, whatever is in it (T91)', async () => {
    for (const text of ["'; DROP TABLE subjects; --", '$1', '${x}', '\\', '"', "''", '%_', '/*', 'a\nb']) {
      expect(await database.read((tx) => tx.one`SELECT ${text}::text AS given`)).toEqual({ given: text });
    }
  });

  it('refuses a server setting that could lose an acknowledged commit', async () => {
    const owner = new pg.Client({ connectionString: test.superuserUrl });
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
    await owner.query(`ALTER ROLE regain_app IN DATABASE ${rows[0]?.name} SET synchronous_commit = off`);
    await expect(Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 1_000 })).rejects.toThrow(
      'synchronous_commit',
    );
    await owner.query(`ALTER ROLE regain_app IN DATABASE ${rows[0]?.name} RESET synchronous_commit`);
    await owner.end();
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when its work throws', async () => {
    await addCounter('rolled-back');
    const work = database.transaction(async (tx) => {
      await tx.run`UPDATE limit_counters SET used = 9 WHERE name = 'rolled-back'`;
      throw new TypeError('after the change');
    });
    await expect(work).rejects.toThrow(TypeError);
    expect(await counter('rolled-back')).toBe(0);
  });

  it('counts what happened once, when it is committed, and never when it was undone', async () => {
    await addCounter('counted');
    const counted: string[] = [];
    const undone = database.transaction(async (tx) => {
      tx.onCommit(() => counted.push('undone'));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    let runs = 0;
    await database.transaction(async (tx) => {
      runs += 1;
      tx.onCommit(() => counted.push(`run ${runs}`));
      await tx.run`UPDATE limit_counters SET used = used + 1 WHERE name = 'counted'`;
      if (runs === 1) await tx.run`DO $$ BEGIN RAISE EXCEPTION 'once more' USING ERRCODE = '40001'; END $$`;
      expect(counted).toEqual([]);
    });
    expect(counted).toEqual(['run 2']);
    await database.write(async (tx) => {
      tx.onCommit(() => counted.push('written'));
      await tx.run`UPDATE limit_counters SET used = used + 1 WHERE name = 'counted'`;
    });
    expect(counted).toEqual(['run 2', 'written']);
  });

  it('is repeated as a whole when PostgreSQL asks for it, and gives up in the end (F17)', async () => {
    await addCounter('retried');
    let runs = 0;
    const failing = (times: number): Promise<void> =>
      database.transaction(async (tx) => {
        runs += 1;
        await tx.run`UPDATE limit_counters SET used = used + 1 WHERE name = 'retried'`;
        if (runs <= times) await tx.run`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$`;
      });
    await failing(2);
    expect([runs, await counter('retried')]).toEqual([3, 1]);
    runs = 0;
    await expect(failing(99)).rejects.toMatchObject({ code: '40001' });
    expect([runs, await counter('retried')]).toEqual([4, 1]);
  });

  it('comes through a deadlock with another one', async () => {
    await addCounter('lock-a');
    await addCounter('lock-b');
    const held: (() => void)[] = [];
    const bothHold = new Promise<void>((resolve) => held.push(resolve));
    let holders = 0;
    const cross = (first: string, second: string): Promise<void> => {
      let started = false;
      return database.transaction(async (tx) => {
        await tx.run`UPDATE limit_counters SET used = used + 1 WHERE name = ${first}`;
        if (!started) holders += 1;
        started = true;
        if (holders === 2) held[0]?.();
        await bothHold;
        await tx.run`UPDATE limit_counters SET used = used + 1 WHERE name = ${second}`;
      });
    };
    await Promise.all([cross('lock-a', 'lock-b'), cross('lock-b', 'lock-a')]);
    expect([await counter('lock-a'), await counter('lock-b')]).toEqual([2, 2]);
  });

  it('is not repeated for any other error', async () => {
    let runs = 0;
    const work = database.transaction(async (tx) => {
      runs += 1;
      await tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES ('twice', '\\x01', '2026-01-01', 0), ('twice', '\\x01', '2026-01-01', 0)`;
    });
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect([runs, isUniqueViolation(error), postgresErrorCode(error)]).toEqual([1, true, '23505']);
  });
});

describe('statements that are sent ahead', () => {
  const insert = (tx: Transaction, name: string): void =>
    tx.send`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES (${name}, '\\x02', '2026-01-01', 1)`;
  const known = (name: string): Promise<unknown> =>
    database.read((tx) => tx.maybeOne`SELECT used FROM limit_counters WHERE name = ${name}`);

  it('of one turn of the event loop leave in one write', async () => {
    await test.database.transaction(async (tx) => {
      const write = jest.spyOn(Socket.prototype as unknown as { _writev(): void }, '_writev');
      const asked = [tx.one`SELECT 1`, tx.one`SELECT 2`, tx.one`SELECT 3`];
      tx.send`SELECT 4`;
      await Promise.all(asked);
      expect(write).toHaveBeenCalledTimes(1);
      write.mockRestore();
    });
  });

  /** Past the moment at which BEGIN leaves, and before it can be answered. */
  const nextTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

  it('leave together with BEGIN in its turn of the event loop, and wait for its answer later on', async () => {
    const write = jest.spyOn(Socket.prototype as unknown as { _writeGeneric(): void }, '_writeGeneric');
    const { port } = new URL(test.appUrl);
    const writes = (): number =>
      write.mock.contexts.filter((socket) => String((socket as Socket).remotePort) === port).length;
    const seen: number[] = [];
    await database.transaction(async (tx) => {
      await Promise.all([tx.one`SELECT 1`, tx.one`SELECT 2`]);
      seen.push(writes());
    });
    write.mockClear();
    await database.transaction(async (tx) => {
      await Promise.all([tx.one`SELECT 1`, tx.run`UPDATE limit_counters SET used = 0 WHERE name = 'nobody'`]);
      seen.push(writes());
    });
    write.mockClear();
    await database.transaction(async (tx) => {
      await nextTurn();
      tx.send`UPDATE limit_counters SET used = 0 WHERE name = 'nobody'`;
      await nextTurn();
      seen.push(writes());
    });
    expect(seen).toEqual([1, 1, 1]);
  });

  it('change nothing when BEGIN fails', async () => {
    const original = pg.Client.prototype.query as (...of: unknown[]) => unknown;
    const query = jest.spyOn(pg.Client.prototype as unknown as { query(...of: unknown[]): Promise<unknown> }, 'query');
    query.mockImplementation(function (this: pg.Client, ...of: unknown[]) {
      const { parts = [] } = of[0] as { parts?: { name: string; text: string }[] };
      for (const part of parts)
        if (part.text === 'BEGIN') Object.assign(part, { name: 'broken', text: 'SELECT 1 / 0' });
      return Reflect.apply(original, this, of) as Promise<unknown>;
    });
    const work = database.transaction(async (tx) => {
      await tx.one`SELECT 1 AS one`;
      await tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES ('no-begin', '\\x03', '2026-01-01', 1)`;
    });
    expect(postgresErrorCode(await work.catch((error: unknown) => error))).toBe('22012');
    const sentOnly = database.transaction(async (tx) => insert(tx, 'no-begin'));
    expect(postgresErrorCode(await sentOnly.catch((error: unknown) => error))).toBe('22012');
    const sentLater = database.transaction(async (tx) => {
      await nextTurn();
      insert(tx, 'no-begin');
    });
    expect(postgresErrorCode(await sentLater.catch((error: unknown) => error))).toBe('22012');
    jest.restoreAllMocks();
    expect(await known('no-begin')).toBeUndefined();
  });

  it('are done only once nothing can undo them: outside a transaction all of one turn are, or none', async () => {
    const uncovered = (tx: Transaction): Promise<number> =>
      tx.run`INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES ('pol_nobody', 1, '{}', 'test')`;
    const refused = (of: PromiseSettledResult<unknown>): unknown =>
      of.status === 'rejected' ? postgresErrorCode(of.reason) : 'done';
    // The reference to the profile is looked at when the statement is committed.
    const late = await database.write((tx) => Promise.allSettled([uncovered(tx)]));
    expect(late.map(refused)).toEqual(['23503']);
    const both = (tx: Transaction): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled([
        tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES ('half', '\\x02', '2026-01-01', 1)`,
        tx.run`SELECT 1 / 0`,
        tx.run`SELECT 1`,
      ]);
    expect((await database.read(both)).map(refused)).toEqual(['22012', '22012', '22012']);
    expect(await known('half')).toBeUndefined();
    let within: unknown[] = [];
    const work = database.transaction(async (tx) => void (within = (await both(tx)).map(refused)));
    expect(postgresErrorCode(await work.catch((error: unknown) => error))).toBe('22012');
    expect([within, await known('half')]).toEqual([['done', '22012', '25P02'], undefined]);
  });

  it('stand alone before a transaction whatever becomes of it, leave with its BEGIN, and are not repeated with it', async () => {
    const count = (tx: Transaction): Promise<{ used: number }> =>
      tx.one`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES ('ahead', '\\x02', '2026-01-01', 1)
        ON CONFLICT (name, key_digest, window_start) DO UPDATE SET used = limit_counters.used + 1 RETURNING used`;
    await database.read((tx) => tx.one`SELECT 1`);
    const write = jest.spyOn(Socket.prototype as unknown as { _writeGeneric(): void }, '_writeGeneric');
    const { port } = new URL(test.appUrl);
    const writes = (): number =>
      write.mock.contexts.filter((socket) => String((socket as Socket).remotePort) === port).length;
    let runs = 0;
    const seen = await database.writeThen(count, async (tx, counted) => {
      const [{ used }] = await Promise.all([counted, tx.one`SELECT 1`]);
      if ((runs += 1) === 1) await tx.run`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
      return used;
    });
    // Count, BEGIN and look-up; what failed; ROLLBACK; BEGIN and look-up; COMMIT.
    expect([seen, runs, writes()]).toEqual([1, 2, 5]);
    expect(await known('ahead')).toEqual({ used: 1 });
    write.mockRestore();
    const refused = database.writeThen(count, async (_tx, counted) => {
      await counted;
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await known('ahead')).toEqual({ used: 2 });
  });

  it('that left with BEGIN, or still wait for it, when their transaction is refused change nothing', async () => {
    for (const turns of [0, 1]) {
      const refused = database.transaction(async (tx) => {
        for (let turn = 0; turn < turns; turn += 1) await nextTurn();
        insert(tx, 'too-early');
        throw new Error('refused');
      });
      await expect(refused).rejects.toThrow('refused');
    }
    expect(await known('too-early')).toBeUndefined();
  });

  it('arrive in the order in which they are written down', async () => {
    const seen = await database.transaction(async (tx) => {
      insert(tx, 'sent-first');
      tx.send`UPDATE limit_counters SET used = used + 1 WHERE name = 'sent-first'`;
      return tx.one`SELECT used FROM limit_counters WHERE name = 'sent-first'`;
    });
    expect([seen, await known('sent-first')]).toEqual([{ used: 2 }, { used: 2 }]);
  });

  it('fail the transaction that has nothing else to wait for', async () => {
    const work = database.transaction(async (tx) => {
      insert(tx, 'sent-twice');
      insert(tx, 'sent-twice');
    });
    expect(postgresErrorCode(await work.catch((error: unknown) => error))).toBe('23505');
    expect(await known('sent-twice')).toBeUndefined();
  });

  it('are what a later statement is said to have failed of', async () => {
    const work = database.transaction(async (tx) => {
      insert(tx, 'sent-behind');
      insert(tx, 'sent-behind');
      await tx.one`SELECT 1 AS one`;
    });
    expect(isUniqueViolation(await work.catch((error: unknown) => error))).toBe(true);
  });

  it('leave a failure that was caught to the one who caught it, and still commit nothing', async () => {
    const caught = new Error('what the caller makes of it');
    const work = database.transaction(async (tx) => {
      insert(tx, 'sent-caught');
      await tx.run`SELECT 1 / 0`.catch(() => {
        throw caught;
      });
    });
    await expect(work).rejects.toBe(caught);
    const swallowed = database.transaction(async (tx) => {
      insert(tx, 'sent-caught');
      await tx.run`SELECT 1 / 0`.catch(() => undefined);
    });
    expect(postgresErrorCode(await swallowed.catch((error: unknown) => error))).toBe('22012');
    expect(await known('sent-caught')).toBeUndefined();
  });

  it('are repeated like any other when a deadlock stands before them', async () => {
    let runs = 0;
    await database.transaction(async (tx) => {
      runs += 1;
      if (runs === 1) tx.send`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
      const unknownYet = (): Promise<number> => tx.run`SELECT 1 WHERE 'nobody' = 'prepared this'`;
      await Promise.all([unknownYet(), unknownYet()]);
    });
    expect(runs).toBe(2);
  });

  it('are not sent once the transaction they belong to was refused', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const refused = database.transaction(async (tx) => {
      const slow = tx.one`SELECT pg_sleep(0.05)`;
      late = slow.then(
        () =>
          tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used) VALUES ('late', '\\x03', '2026-01-01', 1)`,
      );
      late.catch(() => undefined);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    await expect(late).rejects.toThrow('the transaction is over');
    expect(await known('late')).toBeUndefined();
  });

  it('are planned once on each connection, also where the server cannot know how many digests it is given', async () => {
    const wanted = [Buffer.from([1])];
    const { custom, generic } = await database.transaction(async (tx) => {
      for (let use = 0; use < 8; use += 1)
        await tx.many`SELECT id AS planned_once FROM recovery_tokens WHERE token_digest = ANY(${wanted}::bytea[])`;
      return tx.one<{ custom: number; generic: number }>`
        SELECT custom_plans::int AS custom, generic_plans::int AS generic FROM pg_prepared_statements
        WHERE statement LIKE '%AS planned_once%' AND statement NOT LIKE '%pg_prepared_statements%'`;
    });
    expect({ custom, generic }).toEqual({ custom: 0, generic: 8 });
  });

  it('are prepared anew after a migration that changed their columns', async () => {
    await test.asOwner('CREATE TABLE growing (id int PRIMARY KEY); GRANT SELECT, INSERT ON growing TO regain_app');
    const all = (tx: Transaction): Promise<object[]> => tx.many`SELECT * FROM growing`;
    const everywhere = (): Promise<object[][]> =>
      Promise.all(Array.from({ length: 12 }, () => database.transaction((tx) => all(tx))));
    await everywhere();
    await test.asOwner('ALTER TABLE growing ADD COLUMN note text; INSERT INTO growing VALUES (1, NULL)');
    expect(await everywhere()).toEqual(Array.from({ length: 12 }, () => [{ id: 1, note: null }]));
    expect(await database.read(all)).toEqual([{ id: 1, note: null }]);
    await test.asOwner('DROP TABLE growing');
  });
});

describe('a database that is away (F15, F16, F40)', () => {
  it('is one kind of error: no server', async () => {
    await expect(
      Database.connect({ url: 'postgres://regain_app@127.0.0.1:1/regain', poolSize: 1, statementTimeoutMs: 1_000 }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('a connection cut under a transaction; the next one works', async () => {
    const owner = new pg.Client({ connectionString: test.superuserUrl });
    await owner.connect();
    const cut = database.transaction(async (tx) => {
      const { pid } = await tx.one<{ pid: number }>`SELECT pg_backend_pid() AS pid`;
      await owner.query('SELECT pg_terminate_backend($1)', [pid]);
      await tx.one`SELECT 1 AS one`;
    });
    await expect(cut).rejects.toThrow(DatabaseUnavailableError);
    await expect(database.read((tx) => tx.one`SELECT 1 AS one`)).resolves.toEqual({ one: 1 });
    await owner.end();
  });

  it('a connection whose loss was noticed between two statements', async () => {
    const owner = new pg.Client({ connectionString: test.superuserUrl });
    await owner.connect();
    const cut = database.transaction(async (tx) => {
      const { pid } = await tx.one<{ pid: number }>`SELECT pg_backend_pid() AS pid`;
      const noticed = once((tx as unknown as { client: EventEmitter }).client, 'end');
      await owner.query('SELECT pg_terminate_backend($1)', [pid]);
      await noticed;
      await tx.one`SELECT 1 AS one`;
    });
    await expect(cut).rejects.toThrow(DatabaseUnavailableError);
    await owner.end();
  });

  it.each(['ECONNREFUSED', 'EAI_AGAIN', 'EMFILE', 'EADDRNOTAVAIL'])('no way to the server: %s (F45)', async (code) => {
    const { master } = (database as unknown as { source: { driver: { master: pg.Pool } } }).source.driver;
    const dial = jest.spyOn(master as unknown as { connect(called: (error: Error) => void): void }, 'connect');
    dial.mockImplementationOnce((called) => called(Object.assign(new Error('connect'), { code })));
    await expect(database.read((tx) => tx.one`SELECT 1 AS one`)).rejects.toThrow(DatabaseUnavailableError);
    dial.mockRestore();
    await expect(database.read((tx) => tx.one`SELECT 1 AS one`)).resolves.toEqual({ one: 1 });
  });

  it('a server that stepped down under a transaction, and one that an address leads to too early (F16, F19)', async () => {
    const stepsDown = database.transaction(async (tx) => {
      await tx.run`SET TRANSACTION READ ONLY`;
      await tx.run`DELETE FROM limit_counters WHERE name = 'nobody'`;
    });
    await expect(stepsDown).rejects.toBeInstanceOf(DatabaseUnavailableError);
    const pool = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 1_000 });
    const past = (): Promise<unknown> => pool.read((tx) => tx.one`SELECT 1 AS one`);
    const name = new URL(test.appUrl).pathname.slice(1);
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    try {
      await superuser.query(`ALTER ROLE regain_app IN DATABASE ${name} SET default_transaction_read_only = on`);
      await superuser.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'regain_app' AND datname = '${name}'`,
      );
      await past().catch(() => undefined);
      await expect(past()).rejects.toBeInstanceOf(DatabaseUnavailableError);
      await expect(Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 1_000 })).rejects.toThrow(
        'takes no writes',
      );
    } finally {
      await superuser.query(`ALTER ROLE regain_app IN DATABASE ${name} RESET default_transaction_read_only`);
      await superuser.end();
    }
    await expect(past()).resolves.toEqual({ one: 1 });
    await pool.close();
  });

  it('a server without room for more connections: callers take turns at those there are (F15)', async () => {
    const name = new URL(test.appUrl).pathname.slice(1);
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    const few = await Database.connect({ url: test.appUrl, poolSize: 8, statementTimeoutMs: 1_000 });
    try {
      const { rows } = await superuser.query<{ taken: number }>(
        'SELECT numbackends AS taken FROM pg_stat_database WHERE datname = $1',
        [name],
      );
      await superuser.query(`ALTER DATABASE ${name} CONNECTION LIMIT ${(rows[0]?.taken ?? 0) + 1}`);
      const asked = Array.from({ length: 40 }, (_, at) =>
        few.read((tx) => tx.one`SELECT ${at}::int AS at FROM pg_sleep(0.01)`),
      );
      expect(await Promise.all(asked)).toEqual(asked.map((_, at) => ({ at })));
      expect(few.pool.inUse + few.pool.idle).toBeLessThan(8);
      await expect(
        Promise.all(
          [1, 2, 3].map(() => Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 1_000 })),
        ),
      ).rejects.toMatchObject({ code: '53300' });
    } finally {
      await superuser.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
      await superuser.end();
      await few.close();
    }
  });

  it('a statement that runs too long', async () => {
    const slow = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 100 });
    await expect(slow.read((tx) => tx.one`SELECT pg_sleep(5)`)).rejects.toThrow(DatabaseUnavailableError);
    await slow.close();
  });
});
