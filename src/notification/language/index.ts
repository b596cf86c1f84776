import type { Language } from '../../platform/language/languages.js';
import { ar } from './ar.js';
import type { MailCatalogue } from './catalogue.js';
import { de } from './de.js';
import { en } from './en.js';

export type { MailCatalogue } from './catalogue.js';

export const MAIL_CATALOGUES: Readonly<Record<Language, MailCatalogue>> = { en, de, ar };
