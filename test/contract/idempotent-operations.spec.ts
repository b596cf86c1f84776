import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';

interface Operation {
  description?: string;
  parameters?: { name: string }[];
  responses: Record<string, { description?: string; $ref?: string } | undefined>;
}

const { paths, components } = parse(readFileSync(packagePath('openapi.yaml'), 'utf8')) as {
  paths: Record<string, { post?: Operation }>;
  components: { responses: Record<string, { description: string }> };
};
const posts = Object.entries(paths).flatMap(([path, { post }]) => (post ? [{ path, ...post }] : []));
const takesKey = ({ parameters = [] }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');

/** Of an answer that several operations share, what is said of it where it stands. */
const wordsOf = (response: Operation['responses'][string]): string | undefined =>
  response?.$ref ? components.responses[response.$ref.split('/').at(-1) ?? '']?.description : response?.description;

/** “Every POST that creates something takes `Idempotency-Key`”. */
describe('what is created', () => {
  const creating = posts.filter(({ responses }) => responses['201']);

  it('is created once for each Idempotency-Key, or the contract says why not', () => {
    const without = creating.filter((operation) => !takesKey(operation));
    expect(without.map(({ path }) => path).sort()).toEqual(['/v1/flow/token', '/v1/session/recovery-codes']);
    for (const { description } of without) expect(description).toMatch(/^An `Idempotency-Key` is not looked at: /);
  });

  it('is answered for a key with the two conflicts that a key can have', () => {
    const keyed = posts.filter(takesKey);
    expect(keyed.length).toBeGreaterThan(creating.length - 2);
    // A passkey's registration keeps a record of its own: whatever is not the first request there is 410.
    for (const { path, responses } of keyed.filter((operation) => operation.path !== '/v1/passkey-registrations'))
      expect([path, wordsOf(responses['409'])]).toEqual([
        path,
        expect.stringMatching(/(?=.*\bidempotency_key_reused\b)(?=.*\brequest_in_progress\b)/s),
      ]);
  });
});
