import type { CheckReason, EvidenceKind } from '../kit/index.js';
import type { ComparisonBand } from './faces/comparison-bands.js';

/** What came of one picture: `reasons` is empty when its face can be compared. */
export interface FaceFinding {
  reasons: CheckReason[];
}

export interface FacePairComparison {
  /** Cosine similarity, -1..1. */
  similarity: number;
  band: ComparisonBand;
  /** The two pictures show the same photograph (possibly mirrored), not merely the same person. */
  samePhotograph: boolean;
}

/** A pair is absent when one of its faces could not be compared, or when there is no reference portrait. */
export interface FaceComparison {
  selfie: FaceFinding;
  document: FaceFinding;
  reference?: FaceFinding;
  selfieToDocument?: FacePairComparison;
  selfieToReference?: FacePairComparison;
  documentToReference?: FacePairComparison;
}

/** Encoded pictures (JPEG, PNG or WebP). */
export interface ComparisonPictures {
  selfie: Uint8Array;
  document: Uint8Array;
  reference?: Uint8Array;
}

/** What the worker can be asked. Pictures travel as bytes over the process channel, never as files. */
export type InferenceTask =
  | { kind: 'compare'; pictures: ComparisonPictures }
  | { kind: 'check_capture'; evidence: EvidenceKind; picture: Uint8Array };

export interface InferenceAnswers {
  compare: FaceComparison;
  check_capture: CheckReason[];
}

export interface TaskMessage {
  id: number;
  task: InferenceTask;
}

/** From the worker. Reasons are constants of this code: nothing of a picture or a path gets into them. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'unusable'; reason: string }
  | { kind: 'answered'; id: number; answer: InferenceAnswers[keyof InferenceAnswers] }
  | { kind: 'failed'; id: number };
