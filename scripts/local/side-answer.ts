import type { SideReading } from '../../providers/local/documents/document-reading.js';
import { shownSide } from '../../providers/local/documents/evaluation/document-side.js';
import { proposeRepair } from '../../providers/local/documents/mrz/propose-repair.js';
import type { ReadAnswer } from './answers.js';

type SideAnswer = ReadAnswer['front'];

/** @param day ISO 8601, as in `parseMrz` */
export function sideAnswer(reading: SideReading, day: string): SideAnswer {
  const { straightened, reasons, mrz, barcode, printed, signals } = reading;
  return {
    straightened: straightened ?? null,
    shows: shownSide(reading),
    reasons,
    mrz: mrz ? { ...mrz, proposal: proposeRepair(mrz.lines, day) ?? null } : null,
    barcode: barcode?.text ?? null,
    printed: printed?.map(({ text, confidence }) => ({ text, confidence })) ?? null,
    signals,
  };
}

export function isReadable({ mrz, barcode }: SideReading): boolean {
  return mrz !== undefined || barcode !== undefined;
}
