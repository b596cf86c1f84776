export { PRINTED_DATES, type Drawing } from './drawing.js';
export {
  TINTS,
  field,
  machineReadableStrip,
  picture,
  printedPicture,
  sheetSvg,
  specimenMark,
  type Tint,
} from './artwork.js';
export { drawCardBack } from './card-back.js';
export { drawCardFront } from './card-front.js';
export { drawDataPage, type PageKind } from './data-page.js';
export { letter } from './lettering.js';
export { machineReadableZone } from './machine-readable-zone.js';
export { FORMATS, UNITS_PER_MM, sizeOf, type SpecimenData, type SpecimenKind } from './specimen.js';
