export { reasonWords, type Catalogue, type ReasonCode } from './catalogue.js';
export { CATALOGUES, LANGUAGES, LANGUAGE_SETTINGS, type Language } from './languages.js';
