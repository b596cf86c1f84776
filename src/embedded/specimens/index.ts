export { PRINTED_DATES, type Drawing } from './drawing.js';
export { TINTS, type Tint } from './artwork.js';
/** @internal */
export { field, machineReadableStrip, picture, printedPicture, sheetSvg, specimenMark } from './artwork.js';
export { drawCardBack } from './card-back.js';
/** @internal */
export { drawCardFront } from './card-front.js';
export { drawDataPage, type PageKind } from './data-page.js';
/** @internal */
export { letter } from './lettering.js';
export { machineReadableZone } from './machine-readable-zone.js';
export { sizeOf, type SpecimenData, type SpecimenKind } from './specimen.js';
/** @internal */
export { FORMATS, UNITS_PER_MM } from './specimen.js';
