import { SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { readImageHeader } from './image-header.js';
import { sniffImageType } from './image-type.js';

/** What a child process writes: a line of JSON, then the bytes of a JPEG. */
export interface ChildAnswer {
  /** Undefined when it is no JSON. */
  facts: unknown;
  jpeg: Uint8Array;
}

/** The child writes one line of JSON and the picture behind it; anything else gives facts that no schema takes. */
export function readChildAnswer(output: Buffer): ChildAnswer {
  const lineEnd = output.indexOf('\n');
  const facts = parseJson(output.toString('utf8', 0, Math.max(0, lineEnd)));
  return { facts, jpeg: new Uint8Array(output.subarray(lineEnd + 1)) };
}

/** @throws SanitiserUnavailableError `crashed` unless it is a JPEG of these measures */
export function assertJpegOf(jpeg: Uint8Array, size: { width: number; height: number; longest: number }): void {
  const header = sniffImageType(jpeg) === 'jpeg' ? readImageHeader(jpeg, 'jpeg') : undefined;
  const isWhatItSays = header?.width === size.width && header.height === size.height;
  if (!isWhatItSays || Math.max(size.width, size.height) > size.longest) throw new SanitiserUnavailableError('crashed');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
