import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';

interface Operation {
  responses: Record<string, unknown>;
}

const { paths } = parse(readFileSync(packagePath('openapi.yaml'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

/** “Unknown id and forbidden id → the same 404 bytes” (T51). */
describe('an operation with an id in its path', () => {
  it('says 404 for one that is not there, unless the caller makes what it names', () => {
    const withIds = Object.entries(paths).filter(([path]) => path.includes('{'));
    const without = withIds.flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { responses }]) => !responses['404'])
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(withIds.length).toBeGreaterThan(20);
    expect(without).toEqual(['PUT /v1/subjects/{id}']);
  });
});
