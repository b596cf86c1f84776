import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { pdf417Symbol } from '../../../../test/cards/index.js';
import type { GreyPicture } from '../picture/grey-picture.js';
import { openBarcodeReader, type ReadBarcode } from './barcode-reader.js';

const require = createRequire(import.meta.url);

/** What AAMVA separates by, and letters beyond ASCII. */
const TEXT = '@\n\u001e\rANSI 636001100102DL00410010DLDACMÜLLER\nDCSÅSTRÖM\r';

describe('openBarcodeReader', () => {
  let readBarcode: ReadBarcode;

  beforeAll(async () => {
    readBarcode = await openBarcodeReader(await readFile(require.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  });

  async function symbol({ turned = 0 } = {}): Promise<GreyPicture> {
    const { png, width } = await pdf417Symbol(TEXT);
    const { data, info } = await sharp(png)
      .resize({ width: 2 * width, kernel: 'nearest' })
      .extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#fff' })
      .rotate(turned)
      .greyscale()
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, values: new Uint8Array(data) };
  }

  it('gives every byte of a symbol as it is', async () => {
    expect(await readBarcode(await symbol())).toBe(TEXT);
  });

  it('reads a symbol that stands upright, and one in pale grey', async () => {
    expect(await readBarcode(await symbol({ turned: 90 }))).toBe(TEXT);
    const { values, ...size } = await symbol();
    expect(await readBarcode({ ...size, values: values.map((value) => 120 + value / 4) })).toBe(TEXT);
  });

  it('gives nothing when too much of a symbol is gone, and where there is none', async () => {
    const { values, ...size } = await symbol();
    expect(await readBarcode({ ...size, values: values.slice().fill(255, 0, 0.8 * values.length) })).toBeUndefined();
    expect(await readBarcode({ ...size, values: values.slice().fill(140) })).toBeUndefined();
  });
});
