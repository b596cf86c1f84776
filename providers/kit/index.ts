export * from './adapter.js';
export * from './capabilities.js';
export * from './checks.js';
export * from './errors.js';
export * from './ports.js';
export * from './report.js';
export * from './sensitive.js';
