import { describe, expect, it } from '@jest/globals';
import { ModelUnusableError } from '../../model-files.js';
import { openZoneEngine } from './zone-engine.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A program that stands for Tesseract: it notes what it is given and answers the same. */
const PROGRAM = `
module.exports = async ({ wasmBinary }) => ({
  FS: { writeFile(path, bytes) { if (path === '/input') seen = bytes; } },
  TessBaseAPI: class {
    Init(folder, language, engine) { return wasmBinary.length > 0 && engine === 1 ? 0 : -1; }
    SetVariable() { return true; }
    SetPageSegMode() {}
    SetImageFile() { return 0; }
    Recognize() { return 0; }
    GetUTF8Text() { return 'P<UTO' + String.fromCharCode(...seen.slice(0, 2)) + seen.length + ' \\n'; }
    MeanTextConf() { return 87; }
    Clear() {}
  },
});
let seen;`;

describe('openZoneEngine', () => {
  const files = { program: bytesOf(PROGRAM), code: Uint8Array.of(1), letters: Uint8Array.of(2) };

  it('gives a line as a grey map and takes text without gaps and a confidence of 0..1', async () => {
    const readLine = await openZoneEngine(files);
    const header = 'P5\n3 2\n255\n'.length;
    expect(readLine({ width: 3, height: 2, values: new Uint8Array(6) })).toEqual({
      text: `P<UTOP5${header + 6}`,
      confidence: 0.87,
    });
  });

  it('refuses a program that is none, and letters that cannot be loaded', async () => {
    const none = openZoneEngine({ ...files, program: bytesOf('module.exports = 1;') });
    await expect(none).rejects.toBeInstanceOf(ModelUnusableError);
    await expect(openZoneEngine({ ...files, code: new Uint8Array(0) })).rejects.toBeInstanceOf(ModelUnusableError);
  });
});
