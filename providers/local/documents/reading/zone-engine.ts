import { compileFunction } from 'node:vm';
import { ModelUnusableError } from '../../model-files.js';
import type { GreyPicture } from '../picture/grey-picture.js';

/** One line as the engine read it. */
export interface ZoneLine {
  /** A–Z, 0–9 and the filler. */
  text: string;
  /** 0..1. */
  confidence: number;
}

/** Reads the picture of one line of a machine-readable zone. */
export type ReadZoneLine = (line: GreyPicture) => ZoneLine;

/** Contents of the verified files. */
export interface ZoneEngineFiles {
  program: Uint8Array;
  code: Uint8Array;
  letters: Uint8Array;
}

/** The part of tesseract.js-core 7 that is used (its `TessBaseAPI` is Tesseract's own, baseapi.h). */
interface Core {
  FS: { writeFile(path: string, bytes: Uint8Array): void };
  TessBaseAPI: new () => CoreApi;
}

interface CoreApi {
  Init(folder: null, language: string, engine: number): number;
  SetVariable(name: string, value: string): boolean;
  SetPageSegMode(mode: number): void;
  SetImageFile(orientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetUTF8Text(): string;
  MeanTextConf(): number;
  Clear(): void;
}

type CoreFactory = (options: {
  wasmBinary: Uint8Array;
  print: (text: string) => void;
  printErr: (text: string) => void;
}) => Promise<Core>;

const LANGUAGE = 'zone';
const LSTM_ONLY = 1;
const RAW_LINE = 13;
const UPRIGHT = 1;
/** The file that `SetImageFile` reads, in a file system of its own in memory. */
const INPUT = '/input';

const VARIABLES = {
  tessedit_char_whitelist: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<',
  // A line it is unsure of would be read once more in negative: twice the time, and print is dark on light.
  tessedit_do_invert: '0',
  user_defined_dpi: '300',
};

/**
 * Starts Tesseract with the letters of OCR-B, in this thread and without files or network. Throws ModelUnusableError
 * when the files do not work together.
 */
export async function openZoneEngine({ program, code, letters }: ZoneEngineFiles): Promise<ReadZoneLine> {
  const core = await createCore(program)({ wasmBinary: code, print: ignore, printErr: ignore });
  core.FS.writeFile(`./${LANGUAGE}.traineddata`, letters);
  const api = new core.TessBaseAPI();
  if (api.Init(null, LANGUAGE, LSTM_ONLY) !== 0) throw new ModelUnusableError('The letters of OCR-B cannot be loaded.');
  for (const [name, value] of Object.entries(VARIABLES)) api.SetVariable(name, value);
  api.SetPageSegMode(RAW_LINE);
  return (line) => {
    core.FS.writeFile(INPUT, greyMap(line));
    api.SetImageFile(UPRIGHT, 0);
    api.Recognize(null);
    const text = api.GetUTF8Text().replace(/\s/g, '');
    const confidence = api.MeanTextConf() / 100;
    api.Clear();
    return { text, confidence };
  };
}

/** What a CommonJS file is called with. */
type CommonJs = (module: { exports: unknown }, exports: object, require: () => object) => void;

/** Evaluates exactly the bytes whose hash was checked. The program asks for Node's `fs`, which it does not need here. */
function createCore(program: Uint8Array): CoreFactory {
  const names = ['module', 'exports', 'require', '__dirname', '__filename'];
  const evaluate = compileFunction(new TextDecoder().decode(program), names) as unknown as CommonJs;
  const module: { exports: unknown } = { exports: {} };
  evaluate(module, {}, () => ({}));
  if (typeof module.exports !== 'function') throw new ModelUnusableError('The program for zones cannot be loaded.');
  return module.exports as CoreFactory;
}

/** Portable grey map (Netpbm `P5`). */
function greyMap({ width, height, values }: GreyPicture): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), values]);
}

function ignore(): void {
  // What Tesseract prints are remarks on lines.
}
