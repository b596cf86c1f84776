import type { CheckReason } from '../../kit/index.js';
import type { ReadingPlace } from './picture/reading-place.js';

/** Whether a sign of an attack was looked for and found. `not_run` says nothing either way. */
export type SignalState = 'seen' | 'not_seen' | 'not_run';

/** Pixels of the straightened side, from its upper left corner. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Lines of a machine-readable zone as they were read: upper case, nothing repaired, `lines` and `confidences` in step. */
export interface ReadZone {
  lines: string[];
  /** Of each line, 0..1. */
  confidences: number[];
}

export interface PrintedLine {
  text: string;
  box: Box;
  /** 0..1. */
  confidence: number;
}

/** What was read from the picture of one side. Everything in it is what a stranger's picture says, and nothing is judged. */
export interface SideReading {
  /** Where the side was found in the picture; absent when the bytes are no picture. */
  place?: ReadingPlace;
  /** Size in pixels of the card or page once it is cut out and straight; absent when none was found. */
  straightened?: { width: number; height: number };
  /** What is wrong with the picture; empty when it is good enough to be read. */
  reasons: CheckReason[];
  /** Absent when no zone was found. */
  mrz?: ReadZone;
  /** Payload of a PDF417 symbol, one character for each byte (ISO 8859-1); absent when none was found. */
  barcode?: { text: string };
  /**
   * Absent when the print was not read, empty when there is none. From top to bottom, without the machine-readable zone:
   * the print is compared with what the zone says.
   */
  printed?: PrintedLine[];
  /** Whether the side seems to be shown on a screen, or to be a copy on paper. */
  signals: { screen: SignalState; photocopy: SignalState };
}

/** What was read from a document's pictures. A passport has a front only: its data page. */
export interface DocumentReading {
  front: SideReading;
  back?: SideReading;
  /** The same picture was given for both sides. */
  isOnePicture?: boolean;
}
