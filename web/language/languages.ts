import type { Language } from '../../src/platform/language/languages.js';
import { ar } from './ar/index.js';
import type { Catalogue } from './catalogue.js';
import { de } from './de/index.js';
import { en } from './en/index.js';

export { LANGUAGE_SETTINGS, LANGUAGES, type Language } from '../../src/platform/language/languages.js';

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de, ar };
