import { readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as converter from '@tensorflow/tfjs-converter';
import * as core from '@tensorflow/tfjs-core';

export const require = createRequire(import.meta.url);
export { core };

/** Where a package's files are, whatever its exports name. */
export function packageFolder(name: string): string {
  const [scope = '', rest = ''] = name.split('/');
  const entry = require.resolve(name);
  return entry.slice(0, entry.indexOf(join('node_modules', scope, rest)) + join('node_modules', scope, rest).length);
}

/**
 * TensorFlow.js on WebAssembly with one thread, as both libraries want it. They are given the parts of it that they use
 * and not the whole, which would bring a hundred megabytes of other back ends.
 */
export async function startTensorFlow(): Promise<string> {
  const folder = join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist');
  wasm.setWasmPaths(`${folder}/`);
  wasm.setThreadsCount(1);
  const whole = { ...core, ...converter, ...wasm };
  provide({ '@tensorflow/tfjs': whole });
  readModelsFromFiles();
  await core.setBackend('wasm');
  await core.ready();
  return `${folder}/`;
}

type Load = (request: string, ...others: unknown[]) => unknown;

function provide(modules: Readonly<Record<string, unknown>>): void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = (request, ...others) => modules[request] ?? load(request, ...others);
}

/** The models are read with `fetch`, which knows no files. */
function readModelsFromFiles(): void {
  globalThis.fetch = async (source) => {
    const address = source instanceof Request ? source.url : source;
    return new Response(await readFile(fileURLToPath(address)));
  };
}

type Operation = (...given: unknown[]) => unknown;

/** `tensor.add(other)` for `add(tensor, other)`: what the whole package adds to tensors and its core does not. For face-api. */
export function chainOperations(): void {
  const tensor = core.Tensor.prototype as unknown as Record<string, Operation>;
  for (const [name, operation] of Object.entries(core as unknown as Record<string, Operation>)) {
    if (typeof operation !== 'function' || name in tensor) continue;
    tensor[name] = function (this: unknown, ...given) {
      return operation(this, ...given);
    };
  }
  for (const rank of [1, 2, 3, 4]) {
    tensor[`as${rank}D`] = function (this: core.Tensor, ...shape) {
      return core.reshape(this, rank === 1 ? [this.size] : (shape as number[]));
    };
  }
  for (const [name, type] of [
    ['toFloat', 'float32'],
    ['toInt', 'int32'],
  ] as const) {
    tensor[name] = function (this: core.Tensor) {
      return core.cast(this, type);
    };
  }
}
