export { demoPicturesIn, type DemoPicturesByLogin } from './kept-pictures.js';
export { DEMO_PEOPLE, type DemoPerson } from './people.js';
export type { DemoPictures } from './render-pictures.js';
/** @internal */
export { renderDemoPictures } from './render-pictures.js';
