import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import fc from 'fast-check';
import { z } from 'zod';
import { Problem } from '../errors/problem.js';
import { inputFaults, Instant, NewIdParam, WholeNumber, ZodPipe } from './valid-input.js';

const Body = z.strictObject({
  login: z.string().min(1).max(10),
  deep: z.strictObject({ 'a/b~c': z.number() }).optional(),
});
const pipe = new ZodPipe(Body);

function problemOf(value: unknown): Problem {
  try {
    pipe.transform(value);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the value was taken');
}

describe('the one validator', () => {
  it('takes what fits', () => {
    expect(pipe.transform({ login: 'ana' })).toEqual({ login: 'ana' });
  });

  it.each([
    undefined,
    null,
    [],
    'ana',
    1,
    true,
    {},
    { login: undefined },
    { login: null },
    { login: ['ana'] },
    { login: { $ne: 1 } },
    { login: true },
    { login: '' },
    { login: 'x'.repeat(1e6) },
  ])('refuses %j (T4, T26)', (value) => {
    expect(problemOf(value).code).toBe('invalid_request');
  });

  it.each(['state', 'verifiedAt', 'subjectId', 'toString', 'constructor'])(
    'refuses an unknown member %s (T52)',
    (name) => {
      expect(problemOf({ login: 'ana', [name]: 'x' }).code).toBe('invalid_request');
    },
  );

  it('says where by an RFC 6901 pointer and never what was sent', () => {
    const { errors } = problemOf({ login: 'a-value-that-is-too-long', deep: { 'a/b~c': 'a secret' } }).options;
    expect(errors?.map((fault) => fault.pointer)).toEqual(['/login', '/deep/a~1b~0c']);
    expect(JSON.stringify(errors)).not.toMatch(/too-long|a secret/);
  });

  it('does not say an unknown member back', () => {
    const { errors } = problemOf({ login: 'ana', 'Ana Petrova': 1 }).options;
    expect(errors).toEqual([{ pointer: '', code: 'unrecognized_keys', detail: 'a member that is not expected' }]);
  });

  it('ends a long list of what would have been right behind a whole word, and says that it goes on', () => {
    const words = Array.from({ length: 60 }, (_none, n) => `reason_number_${n}`);
    const { error } = z.strictObject({ reason: z.enum(words) }).safeParse({ reason: 'x' });
    const [{ detail = '' } = {}] = inputFaults(error as z.ZodError);
    expect(detail.length).toBeLessThanOrEqual(400);
    expect(detail).toMatch(/"reason_number_\d+"\|…$/);
    const short = z.strictObject({ reason: z.enum(['one', 'two']) }).safeParse({ reason: 'x' });
    expect(inputFaults(short.error as z.ZodError)[0]?.detail).toMatch(/"one"\|"two"$/);
  });

  it('says of a value of another kind nothing else', () => {
    const { error } = z.strictObject({ emails: z.array(z.email()).max(2) }).safeParse({ emails: 'a@example.org' });
    expect(inputFaults(error as z.ZodError)).toEqual([
      { pointer: '/emails', code: 'invalid_type', detail: expect.stringContaining('array') },
    ]);
  });

  describe('of a choice that nothing fits', () => {
    const item = z.union([
      z.string(),
      z.strictObject({ id: z.string(), when: z.strictObject({ groups: z.array(z.string()) }) }),
    ]);
    const who = z.union(
      [z.strictObject({ id: z.string() }), z.strictObject({ login: z.string() })],
      'an id or a login',
    );
    const faults = (schema: z.ZodType, value: unknown) => inputFaults(schema.safeParse(value).error as z.ZodError);

    it('says what is wrong with the alternative that was meant', () => {
      expect(faults(z.array(item), ['a', { id: 'b', when: { groups: [1] } }])).toEqual([
        { pointer: '/1/when/groups/0', code: 'invalid_type', detail: expect.stringContaining('string') },
      ]);
      expect(faults(item, { id: 'b', when: { groups: [], other: 'secret' } })).toEqual([
        { pointer: '/when', code: 'unrecognized_keys', detail: 'a member that is not expected' },
      ]);
    });

    it('has the choice’s own words where several were meant, or none', () => {
      for (const value of [{}, { id: 'a', login: 'b' }, 5])
        expect(faults(who, value)).toEqual([{ pointer: '', code: 'invalid_union', detail: 'an id or a login' }]);
    });
  });

  it('names at most twenty faults', () => {
    const many = new ZodPipe(z.array(z.number()));
    expect(() => many.transform(Array.from({ length: 1_000 }, () => 'x'))).toThrow(Problem);
    try {
      many.transform(Array.from({ length: 1_000 }, () => 'x'));
    } catch (error) {
      expect((error as Problem).options.errors).toHaveLength(20);
    }
  });

  it.each(['a\u0000b', '\ud800', 'a\udfff'])('refuses text that PostgreSQL cannot hold: %j', (login) => {
    expect(problemOf({ login }).code).toBe('invalid_request');
  });

  it('refuses such text in names and lists, at any depth', () => {
    const open = new ZodPipe(z.unknown());
    for (const value of [{ 'a\u0000': 1 }, ['\u0000'], { a: [{ b: '\udc00' }] }, '\u0000'])
      expect(() => open.transform(value)).toThrow(Problem);
    expect(open.transform({ a: ['fine', { b: '😀' }] })).toEqual({ a: ['fine', { b: '😀' }] });
  });

  it('never throws anything but a problem', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          expect(Body.safeParse(pipe.transform(value)).success).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe('a whole number in a query', () => {
  const From1To100 = WholeNumber({ min: 1, max: 100 });

  it.each(['1', '20', '100'])('%j is one', (text) => {
    expect(From1To100.parse(text)).toBe(Number(text));
  });

  it.each([
    '0',
    '101',
    '1.5',
    '1.0',
    '1e1',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '0x1',
    '01',
    '١',
    'all',
    '',
    '9'.repeat(400),
    ['1', '2'],
  ])('%j is none within 1 and 100', (given) => {
    expect(From1To100.safeParse(given).success).toBe(false);
  });
});

describe('a moment', () => {
  it.each(['1970-01-01T00:00:00Z', '2026-11-22T12:00:00.123Z', '9999-12-31T23:59:59Z'])('%s is one', (text) => {
    expect(Instant.parse(text)).toBe(text);
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '-271821-04-20T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-22',
    'now',
    '',
  ])('%s is none: PostgreSQL could not hold it, or nobody could mean it', (text) => {
    expect(Instant.safeParse(text).success).toBe(false);
  });
});

describe('an id in a path that the caller chose', () => {
  class Things {
    put(id: string): string {
      return id;
    }
  }
  NewIdParam('id', z.string().regex(/^sub_[0-9]{2}$/, 'sub_ and two digits'))(Things.prototype, 'put', 0);
  const [{ factory }] = Object.values(Reflect.getMetadata(ROUTE_ARGS_METADATA, Things, 'put') as object) as [
    { factory: (data: unknown, context: ExecutionContext) => unknown },
  ];
  const taken = (id: unknown): unknown =>
    factory(undefined, { switchToHttp: () => ({ getRequest: () => ({ params: { id } }) }) } as ExecutionContext);

  it('is taken', () => {
    expect(taken('sub_01')).toBe('sub_01');
  });

  it.each(['ab', 'a.b', 'sub_0x', '', '\ud800', 'x'.repeat(70)])(
    'is refused alike, whatever is wrong with it: %j',
    (id) => {
      expect(() => taken(id)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  it('is refused with where and why', () => {
    const refusal = {
      options: { errors: [{ pointer: '/id', code: 'invalid_format', detail: 'sub_ and two digits' }] },
    };
    expect(() => taken('a.b')).toThrow(expect.objectContaining(refusal));
  });
});
