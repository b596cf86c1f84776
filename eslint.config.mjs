import tseslint from 'typescript-eslint';

const MANY_PARAMETERS = 'More than three positional parameters: pass one options object.';

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

const outbound = {
  'no-restricted-globals': [
    'error',
    {
      name: 'fetch',
      message: 'One place calls out: OutboundHttp, which has the limits and the address guard (rule 11).',
    },
  ],
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'web/assets/**', '.regain/**', '.cache/**', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.check.json' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
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
);
