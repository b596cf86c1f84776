import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { z, type ZodType } from 'zod';
import type { InputFault } from '../errors/problem-catalogue.js';
import { Problem } from '../errors/problem.js';
import type { Request } from './request-context.js';

/** RFC 6901 pointer of a zod path. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Of a choice that none of the alternatives fits, what is wrong with the one that was meant: the only one of the kind of
 * value that was given. Where several are of that kind, or none is, the choice's own words have to do.
 */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const ofItsKind = issue.errors.filter((faults) => !faults.some(isOfAnotherKind));
  const [only, ...others] = ofItsKind;
  if (!only || others.length > 0) return [issue];
  return only.flatMap((fault) => meant({ ...fault, path: [...issue.path, ...fault.path] }));
}

const isOfAnotherKind = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

/** How long a list may be says nothing about a text in its place. */
const isToTheKind = (issue: z.core.$ZodIssue, _index: number, all: readonly z.core.$ZodIssue[]): boolean =>
  issue.code === 'invalid_type' ||
  !all.some(({ code, path }) => code === 'invalid_type' && pointer(path) === pointer(issue.path));

const MOST_LETTERS = 400;

/** Long lists of what would have been right end behind a whole word, and say that they go on. */
function shortened(message: string): string {
  if (message.length <= MOST_LETTERS) return message;
  const cut = message.slice(0, MOST_LETTERS - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf('|'), cut.lastIndexOf(' ')) + 1).trimEnd()}…`;
}

/** What is wrong and where; never the value that was sent, and a member nobody knows is a value too. */
export function inputFaults(error: z.ZodError): InputFault[] {
  return error.issues
    .slice(0, 20)
    .flatMap(meant)
    .filter(isToTheKind)
    .slice(0, 20)
    .map((issue) => ({
      pointer: pointer(issue.path),
      code: issue.code,
      detail: issue.code === 'unrecognized_keys' ? 'a member that is not expected' : shortened(issue.message),
    }));
}

/**
 * Whether every text in a value can be stored: no NUL, which PostgreSQL's text has not, and no half of a surrogate pair,
 * which is not Unicode. Bodies are parsed with bounded depth, so this ends.
 */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && !/\p{Cs}/u.test(value);
  if (Buffer.isBuffer(value) || value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member));
}

/** The one validator for every boundary. @throws Problem invalid_request */
export class ZodPipe<Output> implements PipeTransform<unknown, Output> {
  constructor(private readonly schema: ZodType<Output>) {}

  transform(value: unknown): Output {
    if (!isStorable(value))
      throw new Problem('invalid_request', {
        errors: [{ pointer: '', code: 'invalid_text', detail: 'text with NUL or half a surrogate pair' }],
      });
    const parsed = this.schema.safeParse(value ?? {});
    if (!parsed.success) throw new Problem('invalid_request', { errors: inputFaults(parsed.error) });
    return parsed.data;
  }
}

/** A parameter that is checked as it is taken. What Nest is given as a pipe it waits for, with ten promises each. */
const taken = (check: (request: Request) => unknown): ParameterDecorator =>
  createParamDecorator((_data: unknown, context: ExecutionContext) => check(context.switchToHttp().getRequest()))();

export function ValidBody(schema: ZodType): ParameterDecorator {
  const pipe = new ZodPipe(schema);
  return taken(({ body }) => pipe.transform(body));
}

export function ValidQuery(schema: ZodType): ParameterDecorator {
  const pipe = new ZodPipe(schema);
  return taken(({ query }) => pipe.transform(query));
}

/** An id in the path. One that cannot exist answers exactly as one that does not. */
export const IdParam = (name: string): ParameterDecorator =>
  taken(({ params }) => {
    const { [name]: value } = params as Record<string, unknown>;
    if (typeof value !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(value)) throw new Problem('not_found');
    return value;
  });

/** An id in the path that the caller chose: nothing has to be there, and one that cannot be is refused like any input. */
export function NewIdParam(name: string, schema: ZodType<string>): ParameterDecorator {
  const pipe = new ZodPipe(z.object({ [name]: schema }));
  return taken(({ params }) => pipe.transform(params)[name]);
}

/** A moment in RFC 3339 UTC, from 1970 on: PostgreSQL has no year 0, and nothing here happened before. */
export const Instant = z.iso.datetime().refine((text) => text >= '1970', 'a time from 1970 on');

/**
 * A whole number in a query, written in digits and in no other way: what else a machine can read as a number (`1e1`, ` 1`,
 * `+1`, `0x1`) was not meant as one.
 */
export const WholeNumber = ({ min, max }: { min: number; max: number }) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^(?:0|[1-9]\d*)$/.test(given) ? Number(given) : given),
    z.number('a whole number in digits').int().min(min).max(max),
  );

/** The body of a call that takes none: absent or an empty object, nothing else. */
export const NoMembers = z.strictObject({}).meta({ id: 'NoMembers', description: 'Nothing, or an empty object.' });
