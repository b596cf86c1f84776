import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { Contract } from '../support/contract.js';

interface Media {
  schema?: { $ref?: string; type?: string };
  examples?: Record<string, { $ref: string }>;
}
interface Operation {
  description?: string;
  tags: string[];
  security: Record<string, unknown>[];
  parameters?: { name: string; description?: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { examples: Record<string, { value: unknown }>; schemas: Record<string, object> };
}

const TEXT = readFileSync(packagePath('openapi.yaml'), 'utf8');
const document = parse(TEXT) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method,
    ...operation,
  })),
);

/** Every place of a body or an answer, as a path into the document. */
const bodies = operations.flatMap(({ name, path, method, requestBody, responses }) => [
  ...Object.entries(requestBody?.content ?? {}).map(([type, media]) => ({
    name: `${name} takes ${type}`,
    media,
    place: ['paths', path, method, 'requestBody', 'content', type, 'schema'],
  })),
  ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, media]) => ({
      name: `${name} answers ${status} ${type}`,
      media,
      place: ['paths', path, method, 'responses', status, 'content', type, 'schema'],
    })),
  ),
]);

/** What a generator of clients makes types, methods and documentation of. */
describe('the contract', () => {
  it('names each body and each answer of JSON, so that a client’s types have names', () => {
    const unnamed = bodies.filter(({ name, media }) => name.endsWith('json') && !media.schema?.$ref);
    expect([bodies.length > 100, unnamed.map(({ name }) => name)]).toEqual([true, []]);
  });

  it('has each operation in one group, and words for each group and parameter', () => {
    const described = new Map(document.tags.map(({ name, description }) => [name, description]));
    const wordless = operations.filter(({ tags }) => tags.length !== 1 || described.get(tags[0] ?? '') === tags[0]);
    expect(wordless.map(({ name }) => name)).toEqual([]);
    const parameters = operations.flatMap(({ name, parameters = [] }) =>
      parameters.filter(({ description }) => !description).map((parameter) => `${name} ${parameter.name}`),
    );
    expect(parameters).toEqual([]);
  });

  it('says which scope each call of staff needs', () => {
    const staff = operations.filter(({ security }) => security.some((scheme) => 'staff' in scheme));
    expect(staff.length).toBeGreaterThan(30);
    expect(
      staff.filter(({ description = '' }) => !/Scope: `[a-z:]+`/.test(description)).map(({ name }) => name),
    ).toEqual([]);
  });

  it('is of OpenAPI 3.0.3: `nullable` stands beside a type, and an enum that may be null has null', () => {
    const faults: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { nullable, type, enum: values } = node as { nullable?: boolean; type?: unknown; enum?: unknown[] };
      if (nullable === true && (typeof type !== 'string' || values?.includes(null) === false)) faults.push(path);
      for (const [key, member] of Object.entries(node)) look(member, `${path}/${key}`);
    };
    look(document, '#');
    expect([document.openapi, faults]).toEqual(['3.0.3', []]);
  });

  it('keeps its promise of examples: each fits the schema that it stands beside', () => {
    const contract = Contract.load();
    const shown = bodies.flatMap(({ name, media, place }) =>
      Object.values(media.examples ?? {}).map(({ $ref }) => ({ name, place, example: $ref.split('/').at(-1) ?? '' })),
    );
    const faults = shown.flatMap(({ name, place, example }) =>
      contract
        .faults(document.components.examples[example]?.value, place)
        .map((fault) => `${name}, ${example}: ${fault}`),
    );
    expect(new Set(shown.map(({ example }) => example))).toEqual(new Set(Object.keys(document.components.examples)));
    expect(faults).toEqual([]);
  });

  it('repeats no pattern of a date and no bounds of JavaScript’s integers', () => {
    expect(TEXT).not.toMatch(/9007199254740991|\[02468\]\[048\]/);
  });
});
