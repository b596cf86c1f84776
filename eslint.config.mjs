import tseslint from 'typescript-eslint';
import { docComments } from './scripts/lint/doc-comments.mjs';

const MANY_PARAMETERS = 'More than three positional parameters: pass one options object.';
const MANY_SERVICES = 'More than eight services: the class does two things, or those that travel together are one.';

const nest = [
  { selector: "CallExpression[callee.name='forwardRef']", message: 'forwardRef hides a cycle: move what both need.' },
  {
    selector: "Decorator[expression.callee.name='Global']",
    message: 'A module says what it needs; nothing is global.',
  },
];

const shape = [
  ...nest,
  { selector: 'FunctionDeclaration[params.length>3]', message: MANY_PARAMETERS },
  { selector: "MethodDefinition[kind='method'] > FunctionExpression[params.length>3]", message: MANY_PARAMETERS },
  { selector: 'ArrowFunctionExpression[params.length>3]', message: MANY_PARAMETERS },
  {
    selector: "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>8]",
    message: MANY_SERVICES,
  },
];

const time = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Inject Clock; validity is the database’s clock (rule 11).',
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Inject Clock; validity is the database’s clock (rule 11).',
  },
];

const random = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Not random enough for anything here: node:crypto.',
  },
];

const ASIDE = 'A controller reads what was sent and answers: what is done about it stands in a service beside it.';

/** What a stage does, done by what speaks HTTP. */
const inControllers = [
  { selector: 'TaggedTemplateExpression[tag.property.name=/^(one|maybeOne|many|run|send)$/]', message: ASIDE },
  { selector: 'CallExpression[callee.name=/^(appendAudit|announce|announceToHolder)$/]', message: ASIDE },
];

/** A test that any error satisfies, a TypeError of the test itself, too. */
const anyError = [
  {
    selector:
      "CallExpression[callee.object.property.name='rejects'][callee.property.name=/^(toBeDefined|toBeTruthy|toBeInstanceOf|toThrow|toThrowError)$/]:not([arguments.0]), CallExpression[callee.object.property.name='rejects'][callee.property.name='toBeInstanceOf'][arguments.0.name='Error']",
    message: 'Any error satisfies this: say which, by its code, its name or its message.',
  },
];

/** Prettier keeps code at 120 and leaves comments alone; one that was mended without being wrapped anew shows here. */
const comments = { 'max-len': ['error', { code: 10_000, comments: 130, ignoreUrls: true }] };

const outbound = {
  'no-restricted-globals': [
    'error',
    {
      name: 'fetch',
      message: 'One place calls out: OutboundHttp, which has the limits and the address guard (rule 11).',
    },
  ],
};

const globalsOf = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const EVERYWHERE = ['URL', 'console', 'clearTimeout', 'fetch', 'performance', 'setTimeout'];
const IN_NODE = [...EVERYWHERE, 'Buffer', 'process', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'];
const IN_BROWSER = [
  ...EVERYWHERE,
  ...['document', 'window', 'location', 'navigator', 'crypto', 'Intl', 'Blob', 'File', 'DataTransfer', 'EventSource'],
  ...['XMLHttpRequest', 'AudioContext', 'createImageBitmap'],
];

/** Of plain JavaScript; its types are looked at by `tsconfig.browser.json` and `tsconfig.node-scripts.json`. */
const plainScript = {
  'no-undef': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-shadow': ['error', { builtinGlobals: false }],
  'no-use-before-define': ['error', { functions: false, variables: false, classes: false }],
  'no-restricted-syntax': ['error', ...shape, ...random],
};

/** What would make markup of a text, or keep a secret longer than its page. */
const KEEPS = 'The token lives in memory for the length of one ceremony, and nothing of a page is kept (rule 8).';
const MARKUP = 'A text stays a text: textContent.';
const inPages = [
  { selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]', message: MARKUP },
  { selector: "MemberExpression[object.name='document'][property.name=/^(write|writeln)$/]", message: MARKUP },
  { selector: "MemberExpression[object.name='document'][property.name='cookie']", message: KEEPS },
  { selector: 'Identifier[name=/^(localStorage|sessionStorage|indexedDB)$/]', message: KEEPS },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.regain/**', '.cache/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.check.json' } },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'doc-comments': docComments },
    rules: {
      ...comments,
      'doc-comments/resolved-link': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...shape, ...random],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // SQL that is sent without waiting for it.
      '@typescript-eslint/no-unused-expressions': ['error', { allowTaggedTemplates: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'providers/**/*.ts', 'directories/**/*.ts', 'web/**/*.ts'],
    rules: { ...outbound, 'no-restricted-syntax': ['error', ...shape, ...random, ...time] },
  },
  {
    // A module only wires what its folder has.
    files: ['src/**/*.ts', 'providers/**/*.ts', 'directories/**/*.ts', 'web/**/*.ts'],
    ignores: ['**/*.module.ts'],
    rules: { 'doc-comments/documented-class': 'error' },
  },
  {
    files: ['src/**/*.controller.ts', 'web/**/*.controller.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shape, ...random, ...time, ...inControllers] },
  },
  {
    // Simulators, conformance suites and the embedded profile play other parties; they have clocks and callers of their own.
    files: [
      '**/simulator/**/*.ts',
      'providers/kit/conformance/**/*.ts',
      'src/embedded/**/*.ts',
      'src/platform/clock/clock.ts',
      'scripts/**/*.ts',
    ],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-syntax': ['error', ...shape, ...random] },
  },
  // Prose, not logic.
  {
    files: ['src/recovery-request/privacy-notice/*.ts', 'web/language/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.int-spec.ts', 'test/**/*.ts', 'providers/kit/conformance/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 500 }],
      'no-restricted-globals': 'off',
      'no-restricted-syntax': ['error', ...nest, ...anyError],
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globalsOf(...IN_NODE) },
    rules: plainScript,
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: globalsOf('module', 'require', '__dirname') },
  },
  {
    files: ['web/assets/*.js'],
    languageOptions: {
      globals: { ...Object.fromEntries(IN_NODE.map((n) => [n, 'off'])), ...globalsOf(...IN_BROWSER) },
    },
    rules: { 'no-restricted-syntax': ['error', ...shape, ...random, ...inPages] },
  },
);
