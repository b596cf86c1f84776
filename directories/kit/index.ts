export type * from './directory-adapter.js';
