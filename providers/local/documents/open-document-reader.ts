import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelUnusableError, readVerifiedModels } from '../model-files.js';
import { DOCUMENT_MODEL_IDS, type DocumentModelId } from './document-models.js';
import { DocumentReader } from './document-reader.js';
import { openBarcodeReader } from './reading/barcode-reader.js';
import { PrintReader } from './reading/print-reader.js';
import { TextFinder } from './reading/text-finder.js';
import { openZoneEngine } from './reading/zone-engine.js';
import { ZoneReader } from './reading/zone-reader.js';

/** One thread, as for faces. Pictures differ in size: memory laid out for one size would be kept for each of them. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableMemPattern: false,
};

/** Loads what reads documents from `folder` after checking it. Throws ModelUnusableError. */
export async function openDocumentReader(folder: string): Promise<DocumentReader> {
  const files = await readVerifiedModels(folder, DOCUMENT_MODEL_IDS);
  const bytesOf = (id: DocumentModelId): Uint8Array => {
    const bytes = files.get(id);
    if (!bytes) throw new ModelUnusableError(`Model ${id} is not in the manifest.`);
    return bytes;
  };
  const mapText = await openNetwork(bytesOf('printFinder'), 'printFinder');
  const mapLetters = await openNetwork(bytesOf('printReader'), 'printReader');
  const engine = await openZoneEngine({
    program: bytesOf('zoneProgram'),
    code: bytesOf('zoneProgramCode'),
    letters: bytesOf('zoneLetters'),
  });
  const letters = new TextDecoder().decode(bytesOf('printLetters'));
  return new DocumentReader({
    textFinder: new TextFinder(mapText),
    zoneReader: new ZoneReader(engine),
    readBarcode: await openBarcodeReader(bytesOf('barcodeProgram')),
    printReader: new PrintReader(mapLetters, letters),
  });
}

/** Runs a network on three planes and gives back its one output. */
type Network = (input: Float32Array, size: { width: number; height: number }) => Promise<Float32Array>;

async function openNetwork(bytes: Uint8Array, name: string): Promise<Network> {
  const session = await InferenceSession.create(bytes, SESSION_OPTIONS).catch(() => {
    throw new ModelUnusableError(`Model ${name} is not a model that can be run.`);
  });
  const [inputName = ''] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  return async (input, { width, height }) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', input, [1, 3, height, width]) });
    const output = outputs[outputName];
    if (output instanceof Tensor && output.data instanceof Float32Array) return output.data;
    throw new ModelUnusableError(`Model ${name} answered in an unexpected shape.`);
  };
}
