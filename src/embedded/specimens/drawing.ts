import type { Tint } from './artwork.js';
import type { SpecimenData } from './specimen.js';

/** Everything that decides how a specimen looks. */
export interface Drawing {
  data: SpecimenData;
  /** Lines of the machine-readable zone, whatever else is printed. */
  mrz: readonly string[];
  /** PNG of the photograph as the printer got it, upright. */
  portrait: Buffer;
  /** Width of the drawing in pixels. */
  pixels: number;
  tint: Tint;
  /** Printed across with SPECIMEN. */
  isMarked: boolean;
  printDate: PrintDate;
}

export type PrintDate = (isoDate: string) => string;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The two ways in which documents mostly print a date: `12.04.1991` and `12 APR 1991` (ICAO Doc 9303-3, 3.8). */
export const PRINTED_DATES: Readonly<Record<'dots' | 'month_name', PrintDate>> = {
  dots: (isoDate) => isoDate.split('-').reverse().join('.'),
  month_name: (isoDate) => {
    const [year, month, day] = isoDate.split('-');
    return `${day} ${MONTHS[Number(month) - 1]} ${year}`;
  },
};
