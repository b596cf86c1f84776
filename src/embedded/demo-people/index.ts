export { demoPicturesIn, type DemoPicturesByLogin } from './kept-pictures.js';
export { DEMO_PEOPLE, type DemoPerson } from './people.js';
export { renderDemoPictures, type DemoPictures } from './render-pictures.js';
