import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import { drawLicenceBack, drawLicenceFront } from './licence-artwork.js';
import { licenceText, type Licence } from './licence-text.js';

export interface DrawnLicence {
  licence: Licence;
  /** What the barcode says. */
  text: string;
  /** PNG. */
  front: Buffer;
  back: Buffer;
}

/** Draws both sides of a licence. */
export async function drawLicence(
  licence: Licence,
  options: { portrait: Buffer; pixels?: number; text?: string },
): Promise<DrawnLicence> {
  const { portrait, pixels = 1600, text = licenceText(licence) } = options;
  const [front, back] = await Promise.all([
    drawLicenceFront(licence, { portrait, pixels }),
    drawLicenceBack(licence, { symbol: await pdf417Symbol(text), pixels }),
  ]);
  return { licence, text, front, back };
}

const require = createRequire(import.meta.url);
let isPrepared = false;

/** A PDF417 symbol as PNG, one pixel for each module, three for each row (ISO/IEC 15438), no quiet zone. */
export async function pdf417Symbol(text: string): Promise<{ png: Buffer; width: number; height: number }> {
  if (!isPrepared) {
    const wasm = readFileSync(require.resolve('zxing-wasm/writer/zxing_writer.wasm'));
    // Without the bytes the library would fetch them from a public server.
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
    isPrepared = true;
  }
  const { symbol, error } = await writeBarcode(Buffer.from(text, 'latin1'), {
    format: 'PDF417',
    scale: 1,
    addQuietZones: false,
    options: 'columns=10,ecLevel=5',
  });
  if (error) throw new Error(`the symbol was not drawn: ${error}`);
  const { width, height } = symbol;
  const png = await sharp(Buffer.from(symbol.data), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return { png, width, height };
}
