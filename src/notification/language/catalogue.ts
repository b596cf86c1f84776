import type { en } from './en.js';

/** All words of the mails. A language that lacks one of them does not compile. */
export type MailCatalogue = typeof en;
