import { createHash } from 'node:crypto';
import swc from '@swc/jest';

/**
 * Looking a global up is slow in a context of its own, in which Jest runs everything
 * (https://jestjs.io/docs/configuration#sandboxinjectedglobals-arraystring, which is of no use to ES modules): loops over
 * pixels take many times what they take in the service. So each module gets the builtins it names as constants of its
 * own. None that tests replace: no clock, no timers, no `fetch`.
 */
const GLOBALS_AT_HAND = `
  Array BigInt Boolean Buffer Error Float32Array Float64Array Infinity Int32Array JSON Map Math Number Object Promise
  Reflect RegExp Set String Symbol TypeError URL Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap`
  .trim()
  .split(/\s+/);

/** On the first line, so that the lines of errors stay right. A name the module declares or imports itself is its own. */
function withGlobalsAtHand(code) {
  const isTaken = (name) =>
    new RegExp(`\\b(?:const|let|class|function)\\s+${name}\\b|^import\\b[^;]*\\b${name}\\b`, 'm').test(code);
  const named = GLOBALS_AT_HAND.filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !isTaken(name));
  return named.length > 0 ? `const { ${named.join(', ')} } = globalThis; ${code}` : code;
}

/** What was transformed before a change of this file is not taken from Jest's cache. */
const OWN_KEY = `${GLOBALS_AT_HAND.join()} ${withGlobalsAtHand}`;

/** swc, and the above. */
export default {
  createTransformer(options) {
    const inner = swc.createTransformer(options);
    const finished = (result) => ({ ...result, code: withGlobalsAtHand(result.code) });
    return {
      canInstrument: inner.canInstrument,
      process: (...file) => finished(inner.process(...file)),
      processAsync: async (...file) => finished(await inner.processAsync(...file)),
      getCacheKey: (...file) =>
        createHash('sha256')
          .update(inner.getCacheKey(...file))
          .update(OWN_KEY)
          .digest('hex'),
    };
  },
};
