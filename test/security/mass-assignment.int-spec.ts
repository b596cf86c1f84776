import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ZodType } from 'zod';
import { inputSchema } from '../../scripts/generate/openapi/named-schemas.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { ROUTES } from '../support/routes.js';
import type { Schema } from './fuzz/operations.js';
import { valid } from './fuzz/wild-values.js';

/** Every column of every table, as a body would call it; the committed description of the schema knows them all. */
const COLUMNS = [
  ...new Set(
    [
      ...readFileSync(packagePath('test/security/schema/schema.txt'), 'utf8').matchAll(
        /^\s*[a-z_]+\.([a-z_0-9]+)[ :]/gm,
      ),
    ].map(([, column = '']) => column.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())),
  ),
];
const TAKING = ROUTES.filter((route) => route.body !== undefined);

type Members = Record<string, unknown>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value itself and every object inside it, by how to reach it. */
function objectsIn(value: unknown, path: string[] = []): string[][] {
  if (!isObject(value)) return [];
  return [path, ...Object.entries(value).flatMap(([name, member]) => objectsIn(member, [...path, name]))];
}

function withMember(value: Members, path: readonly string[], name: string): Members {
  const copy = structuredClone(value);
  const place = path.reduce<Members>((at, step) => at[step] as Members, copy);
  place[name] = 'x';
  return copy;
}

/** Columns that a body takes beside what it names, anywhere in it: there should be none. */
function surplus(body: ZodType): string[] {
  const schema = inputSchema(body) as Schema;
  const samples = fc.sample(valid(schema), { numRuns: 20, seed: 20_261_126 }).filter(isObject);
  const [sample] = samples
    .filter((one) => body.safeParse(one).success)
    .sort((a, b) => Object.keys(b).length - Object.keys(a).length);
  if (!sample) return ['no sample fits'];
  return objectsIn(sample).flatMap((path) => {
    const place = path.reduce<Members>((at, step) => at[step] as Members, sample);
    const unknown = COLUMNS.filter((column) => !(column in place));
    return unknown
      .filter((column) => taken(body, withMember(sample, path, column), [...path, column]))
      .map((column) => [...path, column].join('.'));
  });
}

/**
 * Refused, as everywhere; or dropped, in what a browser makes: later browsers may add members to a passkey's answer
 * (WebAuthn Level 3, RegistrationResponseJSON), and those are read by name.
 */
function taken(body: ZodType, value: Members, path: readonly string[]): boolean {
  const parsed = body.safeParse(value);
  if (!parsed.success) return false;
  if (path[0] !== 'credential') return true;
  return path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), parsed.data) !== undefined;
}

describe('no body sets what is not its business (T52)', () => {
  it('T52: knows the columns and the bodies there are', () => {
    expect(COLUMNS.length).toBeGreaterThan(120);
    expect(COLUMNS).toEqual(
      expect.arrayContaining(['state', 'verdict', 'subjectId', 'openedBy', 'heldUntil', 'consumedAt']),
    );
    expect(TAKING.length).toBeGreaterThan(15);
  });

  it.each(TAKING.map((route) => [route.name, route.body] as const))(
    'T52: %s takes no column beside the members it names',
    (_name, body) => {
      const named = new Set(membersOf(inputSchema(body as ZodType)));
      expect(surplus(body as ZodType).filter((path) => !named.has(path.split('.').at(-1) ?? ''))).toEqual([]);
    },
  );
});

/** Names of every member that a schema has somewhere. */
function membersOf(schema: Schema): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [name, ...membersOf(member)]);
  const parts = [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [...own, ...parts.flatMap((part) => (part ? membersOf(part) : []))];
}
