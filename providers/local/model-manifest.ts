import { DOCUMENT_MODELS } from './documents/document-models.js';

/** One file inside an npm package that a model is made from. */
export interface ModelSource {
  path: string;
  /** Of the whole file. */
  sha256: string;
  /** First byte and the one after the last, when the file is a pack that holds the model. */
  bytes?: readonly [number, number];
}

/** A limit on what a model gives, and what is known of it. The code that applies it reads it here. */
export interface Threshold {
  value: number;
  /** On what it was set and what was measured at it; or that nothing was. */
  calibration: string;
}

/** Where a model comes from, what goes in and out, and which bytes are accepted. */
export interface ModelRecord {
  /** File name in the models directory. */
  file: string;
  /** Of the converted file. A file with another hash is never loaded. */
  sha256: string;
  package: string;
  version: string;
  licence: string;
  /** Who trained it on what, as far as it is known. */
  provenance: string;
  sources: readonly ModelSource[];
  /** Tensor names, shapes, order and units. */
  input: string;
  output: string;
  /** Limits on its output by itself. Those on the likeness of faces belong to a set (`faces/model-sets.ts`). */
  thresholds?: Readonly<Record<string, Threshold>>;
}

const MEDIAPIPE = {
  package: '@mediapipe/face_detection',
  version: '0.4.1657300184',
  licence: 'Apache-2.0',
} as const;

const FACE_CANDIDATE = {
  value: 0.5,
  calibration:
    'A probability of one half. What passes is only looked at more closely: FaceMesh decides. At it 21 of 22 heads of the ' +
    'sample photographs are found, the other is in profile (README, "Numbers").',
} as const satisfies Threshold;

const FACEPLUGIN = {
  package: 'faceplugin-face-recognition-js',
  version: '0.0.1',
  licence: 'MIT (package; its LICENSE names the holder "2021 gitguanqi", who is not its publisher)',
} as const;

/**
 * The models of the local provider. They are converted from pinned npm packages when the product is built; nothing is
 * fetched later. A change here is a change of procedure: calibrate again (`faces/model-sets.ts`, README).
 */
export const MODELS = {
  detectorShort: {
    ...MEDIAPIPE,
    file: 'blazeface-short.onnx',
    sha256: 'ebace4d5bd71d4935e7a0abaa1bc4bbb33aff099b29d62c51e36d412529eb74e',
    provenance: 'BlazeFace (short range), trained by Google; model card of MediaPipe Face Detection.',
    sources: [
      {
        path: 'face_detection_short_range.tflite',
        sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
      },
    ],
    input: 'input 1x3x128x128, planar RGB, value/127.5 - 1, letterboxed',
    output:
      'out_0 1x896x16 offsets from the anchor in pixels: box x, y, width, height, six points; out_1 1x896x1 logits',
    thresholds: { candidate: FACE_CANDIDATE },
  },
  detectorFull: {
    ...MEDIAPIPE,
    file: 'blazeface-full.onnx',
    sha256: 'd8fe226ec5611fd95cfe37e461002a9c74d493f2038bbd85d0b23ee7f55ada5b',
    provenance: 'BlazeFace (full range, dense), trained by Google; model card of MediaPipe Face Detection.',
    sources: [
      {
        path: 'face_detection_full_range.tflite',
        sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
      },
    ],
    input: 'input 1x3x192x192, planar RGB, value/127.5 - 1, letterboxed',
    output: 'out_0 1x2304x16 as in the short-range model; out_1 1x2304x1 logits',
    thresholds: { candidate: FACE_CANDIDATE },
  },
  landmarks: {
    package: '@mediapipe/face_mesh',
    version: '0.4.1657299874',
    licence: 'Apache-2.0',
    file: 'facemesh.onnx',
    sha256: 'dbd8522554e3c060b095c5d8af6a81b1d90cbc28a34333f8bc7721a57fb21a05',
    provenance: 'FaceMesh (468 points, without attention), trained by Google; model card of MediaPipe Face Mesh.',
    sources: [
      {
        path: 'face_mesh_solution_packed_assets.data',
        sha256: 'dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99',
        // Where face_landmark.tflite lies, as face_mesh_solution_packed_assets_loader.js of the package says.
        bytes: [2_495_952, 3_737_848],
      },
    ],
    input: 'input 1x3x192x192, planar RGB, value/255, the face upright in a square 1.5 times its box',
    output: 'out_0 1x1404x1x1: 468 points x, y, z in input pixels; out_1 1x1x1x1: logit that a face is there',
    thresholds: {
      presence: {
        value: 0,
        calibration:
          'A probability of one half. At it no face was found in 3 of 88 selfies and 2 of 88 cards (README, "Numbers").',
      },
      upright: {
        value: 12,
        calibration:
          'Chosen while developing on the sample photographs; nothing was measured at it by itself. Below it the other three ' +
          'orientations are looked at too, which takes time and decides nothing.',
      },
      sure: {
        value: 6,
        calibration:
          'Of the 22 sample heads as selfies, on cards and cut out of cards (695 pictures, seeds 1 to 4 and 7 of local-faces), two ' +
          'heads, in profile and looking down with closed eyes, had points that lay wrong, upside down even, at 3.3 and less; ' +
          'the other twenty have 11.6 and more as selfies and on cards, and 6.7 and more photographed from a screen.',
      },
    },
  },
  descriptor: {
    file: 'dlib-resnet.onnx',
    sha256: 'da3d1a75fee877bf251c0f0578216e46129a1072854a5cc4202f8eb6d89714a7',
    package: '@vladmandic/face-api',
    version: '1.7.15',
    licence: 'MIT (package); the weights were released to the public domain by their author',
    provenance:
      'dlib_face_recognition_resnet_model_v1 by Davis King: FaceScrub, VGG and pictures collected from the web, about ' +
      '3 million faces of 7,485 people. No consent of the people pictured is documented.',
    sources: [
      {
        path: 'model/face_recognition_model-weights_manifest.json',
        sha256: 'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b',
      },
      {
        path: 'model/face_recognition_model.bin',
        sha256: 'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589',
      },
    ],
    input: 'input Nx3x150x150, planar RGB 0..255, aligned (alignment.ts)',
    output: 'descriptor Nx128, not normalised',
  },
  embedder: {
    ...FACEPLUGIN,
    file: 'mobilefacenet.onnx',
    sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
    provenance:
      'A MobileFaceNet; who trained it on what is not documented. It may descend from MS-Celeb-1M, a withdrawn ' +
      'collection of pictures from the web. Taken as it is from the package.',
    sources: [
      { path: 'model/fr_feature.onnx', sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581' },
    ],
    input: 'input 1x3x112x112, planar BGR, (value - 127)/128, aligned (alignment.ts)',
    output: 'output 1x512, not normalised',
  },
  attackSignal: {
    ...FACEPLUGIN,
    file: 'attack-signal.onnx',
    sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d',
    provenance:
      'A small network of the MiniFASNet kind; who trained it on what is not documented. Taken as it is from the package.',
    sources: [
      { path: 'model/fr_liveness.onnx', sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d' },
    ],
    input: 'input 1x3x128x128, planar BGR 0..255, the face box grown 2.7 times (attack-signal.ts)',
    output: 'output 1x3 logits; the first is "live"',
    thresholds: {
      live: {
        value: 0.5,
        calibration:
          'As it was trained. At it 93 % of 102 photographs of people are accepted; of simulated prints 46 % and of ' +
          'simulated screens 19 % are suspected (README, "The attack signal").',
      },
    },
  },
  ...DOCUMENT_MODELS,
} as const satisfies Record<string, ModelRecord>;

export type ModelId = keyof typeof MODELS;
export const MODEL_IDS = Object.keys(MODELS) as ModelId[];
