import type { en } from './en.js';

/** All words of the console. A language that lacks one of them does not compile. */
export type ConsoleWords = typeof en;
