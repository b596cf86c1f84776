import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from '@jest/globals';
import { ApiModule } from './api.module.js';
import { Draining } from './platform/process/draining.js';
import { WorkerModule } from './worker.module.js';

type Listed = { module?: object; provide?: unknown; providers?: Listed[]; imports?: Listed[] } | (() => void);

const listed = (module: object, key: string): Listed[] => {
  const given = (module as Record<string, Listed[] | undefined>)[key] ?? [];
  return [...given, ...((Reflect.getMetadata(key, module) as Listed[] | undefined) ?? [])];
};

/** Everything that a process of this module makes. */
function providedBy(module: object, seen = new Set<object>()): unknown[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const imported = [...listed(module, MODULE_METADATA.IMPORTS), ...('module' in module ? [module.module] : [])];
  const own = listed(module, MODULE_METADATA.PROVIDERS).map((one) => ('provide' in one ? one.provide : one));
  return [...own, ...imported.flatMap((one) => providedBy(one as object, seen))];
}

describe('the time after a stop in which requests are still taken (DRAIN_SECONDS)', () => {
  it('is the API’s alone: a worker uses its time to finish jobs', () => {
    const have = [ApiModule, WorkerModule].map((module) => providedBy(module).includes(Draining));
    expect(have).toEqual([true, false]);
  });
});
