import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import { ModelUnusableError } from '../../model-files.js';
import type { GreyPicture } from '../picture/grey-picture.js';

/**
 * How bars are told from paper: row by row, or block by block, the library's own choice. By blocks more of them are lost to
 * glare and noise, and a symbol that rows lose is found now and then.
 */
export type BarcodeBy = 'rows' | 'blocks';

/** Payload of the first PDF417 symbol (ISO/IEC 15438) in a picture, one character for each byte (ISO 8859-1). */
export type ReadBarcode = (picture: GreyPicture, by?: BarcodeBy) => Promise<string | undefined>;

const BINARIZERS = { rows: 'GlobalHistogram', blocks: 'LocalAverage' } as const satisfies Record<
  BarcodeBy,
  ReaderOptions['binarizer']
>;

const OPTIONS: ReaderOptions = {
  formats: ['PDF417'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: false,
  maxNumberOfSymbols: 1,
};

/** Starts ZXing-C++ from verified bytes; without them the package would fetch its program from a server. */
export async function openBarcodeReader(program: Uint8Array): Promise<ReadBarcode> {
  const wasmBinary = program.slice().buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true }).catch(() => {
    throw new ModelUnusableError('The program for barcodes cannot be loaded.');
  });
  return async (picture, by = 'rows') => {
    const [found] = await readBarcodes(colourOf(picture), { ...OPTIONS, binarizer: BINARIZERS[by] });
    // Its text would have words in place of the control characters that AAMVA separates by.
    return found?.isValid ? Buffer.from(found.bytes).toString('latin1') : undefined;
  };
}

/** RGBA, the one raw format the package takes. */
function colourOf({ width, height, values }: GreyPicture): ImageData {
  const pixels = new Uint32Array(values.length);
  // Four equal bytes: what stands last is not looked at, so that the order of bytes does not matter either.
  for (let at = 0; at < values.length; at++) pixels[at] = (values[at] ?? 0) * 0x01010101;
  return { data: new Uint8ClampedArray(pixels.buffer), width, height, colorSpace: 'srgb' };
}
