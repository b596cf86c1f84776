import type { CheckReason, EvidenceKind } from '../kit/index.js';
import type { SideOptions } from './documents/document-reader.js';
import type { DocumentReading, SideReading } from './documents/document-reading.js';
import type { AttackFinding } from './faces/attack-signal.js';
import type { ComparisonBand } from './faces/comparison-bands.js';
import type { Point } from './faces/geometry.js';

/** A face as it lies in the picture that was sent, in longer sides of it. */
export interface PlacedFace {
  centre: Point;
  width: number;
}

/** What came of one picture: `reasons` is empty when its face can be compared. */
export interface FaceFinding {
  reasons: CheckReason[];
}

export interface DocumentFinding extends FaceFinding {
  /** Every face that was seen in the picture, largest first; the first is taken for the portrait. */
  faces: PlacedFace[];
}

export interface FacePairComparison {
  /** The set's score; the calibration of the set says what it is worth. */
  similarity: number;
  band: ComparisonBand;
  /** The two pictures show the same photograph (possibly mirrored), not merely the same person. */
  samePhotograph: boolean;
  /** Whether both pictures are good enough for the score to mean what the calibration says. */
  usable: boolean;
}

/** Another portrait in a document's picture – mostly the small pale one many documents carry – against the largest. */
export interface SecondPortraitComparison {
  agreement: 'same' | 'unclear' | 'differs';
  similarity: number;
}

/** A pair is absent when one of its pictures shows no face, or when there is no reference portrait. */
export interface FaceComparison {
  /** Names the set and the hashes of what was run. */
  procedure: string;
  selfie: FaceFinding;
  document: DocumentFinding;
  reference?: FaceFinding;
  selfieToDocument?: FacePairComparison;
  selfieToReference?: FacePairComparison;
  documentToReference?: FacePairComparison;
  /** Absent when the document shows no second portrait that could be made out. */
  secondPortrait?: SecondPortraitComparison;
  /** Absent when the set has no attack signal; `not_looked` when the selfie shows no single face. */
  attack?: AttackFinding | { state: 'not_looked' };
}

/** Any two pictures of faces. The comparison is absent when one of them shows none. */
export interface PictureComparison {
  procedure: string;
  pictures: [FaceFinding, FaceFinding];
  comparison?: FacePairComparison;
}

/** Encoded pictures (JPEG, PNG or WebP). */
export interface ComparisonPictures {
  selfie: Uint8Array;
  document: Uint8Array;
  reference?: Uint8Array;
}

/** The pictures of one check: `document` is the front. */
export interface CheckPictures extends ComparisonPictures {
  back?: Uint8Array;
}

export interface CheckAnswer {
  comparison: FaceComparison;
  reading: DocumentReading;
}

/** What the worker can be asked. Pictures travel as bytes over the process channel, never as files. */
export type InferenceTask =
  | { kind: 'compare'; pictures: ComparisonPictures }
  | { kind: 'compare_two'; pictures: [Uint8Array, Uint8Array] }
  | { kind: 'fingerprint'; picture: Uint8Array }
  /** `day` is the latest date that it is anywhere, ISO 8601. */
  | ({ kind: 'read_side'; picture: Uint8Array } & SideOptions)
  | { kind: 'glance_at_document'; picture: Uint8Array; day: string }
  | { kind: 'check_capture'; evidence: EvidenceKind; picture: Uint8Array }
  | { kind: 'check_reference'; picture: Uint8Array };

export interface InferenceAnswers {
  compare: FaceComparison;
  compare_two: PictureComparison;
  /** Undefined when there is no face; see `picture-fingerprint.ts`. */
  fingerprint: Uint8Array | undefined;
  read_side: SideReading;
  /** One side, without its print. */
  glance_at_document: SideReading;
  /** Faces are given of a document's front. */
  check_capture: FaceFinding & Partial<DocumentFinding>;
  check_reference: FaceFinding;
}

export interface TaskMessage {
  id: number;
  task: InferenceTask;
}

/** From the worker. Reasons are constants of this code: nothing of a picture or a path gets into them. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'unusable'; reason: string }
  /** `residentBytes`: what the process holds after the task. */
  | { kind: 'answered'; id: number; answer: InferenceAnswers[keyof InferenceAnswers]; residentBytes: number }
  | { kind: 'failed'; id: number };
