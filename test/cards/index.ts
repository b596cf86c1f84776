/**
 * Documents for tests: drawn from a seed, then photographed from a seed. The same seed gives the same bytes. Nobody and
 * nothing on them exists; the faces are cut at run time from the sample photographs of a development dependency.
 */
export { cutOff, photocopy, showOnScreen } from './defects.js';
export { drawDocument, type DrawnDocument, type DrawOptions } from './draw.js';
export { inventHolder } from './holders.js';
export { drawLicence, pdf417Symbol, type DrawnLicence } from './licence-card.js';
export { AAMVA_VERSIONS, inventLicence, JURISDICTIONS, licenceText, type Licence } from './licence-text.js';
export { photographOfCopy, SCREEN_KINDS, shotFromLife, shotFromScreen } from './recapture.js';
export { photograph, SEVERITIES, type Severity, type Shot } from './photograph.js';
export { FACE_PAIRS, HEADS, pickPortrait, printedPortrait, selfieOf, type FacePair } from './portraits.js';
export { photographStrip, type ZoneStrip } from './strip.js';
