import { availableParallelism } from 'node:os';

/** More at once would start more services, databases and browsers than a machine likes. */
const MOST_WORKERS = 4;

/** Jest runs ESM as it is; TypeScript is stripped by swc. Unit specs live beside the code, the rest in test/. */
export default {
  rootDir: '.',
  testEnvironment: '<rootDir>/test/one-realm-environment.mjs',
  runtime: '<rootDir>/test/one-realm-runtime.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.regain', '<rootDir>/.cache'],
  testRegex: '\\.(spec|int-spec|e2e-spec)\\.ts$',
  testTimeout: 60_000,
  maxWorkers: Math.min(MOST_WORKERS, availableParallelism()),
  testSequencer: '<rootDir>/test/longest-first.mjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
