import type { WorkerMessage } from './types.js';

/*
 * Entry of the child process. It loads everything else itself, so that a package that is missing or does not fit this
 * machine is said at once, instead of a process that ends before it could say anything.
 */

process.on('disconnect', () => process.exit(0));

const PACKAGES = ['onnxruntime-node', 'sharp', 'tesseract.js', 'zxing-wasm'];

await import('./inference-tasks.js').catch((error: unknown) => {
  const text = error instanceof Error ? error.message : '';
  const named = PACKAGES.find((name) => text.includes(name));
  const reason = `A package of the local checks cannot be loaded: ${named ?? 'which one is not known'}.`;
  // Leaving at once could lose the message.
  process.send?.({ kind: 'unusable', reason } satisfies WorkerMessage, () => process.exit(1));
});
