/**
 * The import rules of the layout, executable. Data runs forward through the outbox; imports point backward only.
 * `stages` is the order; a stage may import what stands before it.
 */
const stages = [
  ['platform'],
  ['staff-access', 'audit-trail'],
  ['recovery-case', 'recovery-pause'],
  ['policy', 'directory', 'flow-session'],
  ['staff-session'],
  ['recovery-request'],
  ['identity-evidence'],
  ['recovery-codes'],
  ['verification'],
  ['adjudication'],
  ['rehearsal'],
  ['recovery-token'],
  ['passkey-registration'],
  ['notification', 'erasure', 'flow-view', 'sweeper', 'admin', 'key-rotation', 'start-checks'],
  ['restore'],
];

/** Specs bring their own fixtures from test/; the rules are about the product. */
const SPECS = '\\.(spec|int-spec)\\.ts$';

const later = (index) => stages.slice(index + 1).flat();

const stageRules = stages.flatMap((names, index) =>
  names.map((name) => ({
    name: `stage-${name}`,
    comment: `${name} must not import what comes after it, nor the composition root`,
    severity: 'error',
    from: { path: `^src/${name}/`, pathNot: SPECS },
    to: { path: `^(src/(${[...later(index), 'embedded'].join('|')})/|src/[^/]+\\.ts$|web/|scripts/|test/)` },
  })),
);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-imports',
      comment: 'an import that resolves to nothing',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
    {
      name: 'provider-kit-is-a-leaf',
      severity: 'error',
      from: { path: '^providers/kit/' },
      to: { path: '^(src|web|directories|scripts|test)/|^providers/(?!kit/)' },
    },
    {
      name: 'adapter-sees-its-kit',
      comment: 'an adapter imports its own folder and providers/kit, nothing else of ours',
      severity: 'error',
      from: { path: '^providers/([^/]+)/', pathNot: `^providers/(kit|truecredential)/|${SPECS}` },
      to: { path: '^(src|web|directories|scripts|test)/|^providers/', pathNot: '^providers/(kit|$1)/' },
    },
    {
      name: 'truecredential-sees-its-transport',
      comment: 'TrueCredential is a credential on the transport of entra-verified-id, and that is the one exception',
      severity: 'error',
      from: { path: '^providers/truecredential/', pathNot: SPECS },
      to: {
        path: '^(src|web|directories|scripts|test)/|^providers/',
        pathNot: '^providers/(kit|truecredential|entra-verified-id)/',
      },
    },
    {
      name: 'simulator-shares-nothing',
      comment: 'a simulator is written from the protocol page; code shared with the adapter would hide a misreading',
      severity: 'error',
      from: { path: '^providers/[^/]+/simulator/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^providers/', pathNot: '^providers/[^/]+/simulator/' },
    },
    {
      name: 'one-importer-of-the-catalogue',
      severity: 'error',
      from: {
        pathNot:
          '^(src/verification/providers/provider-registry\\.ts|scripts/generate/configuration-page\\.ts|providers/index\\.ts|.*\\.(spec|int-spec)\\.ts)$',
      },
      to: { path: '^providers/index\\.ts$' },
    },
    {
      name: 'core-sees-kits-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(embedded/|verification/providers/)' },
      to: { path: '^providers/', pathNot: '^providers/(kit/|index\\.ts$)' },
    },
    {
      name: 'directory-kit-is-a-leaf',
      severity: 'error',
      from: { path: '^directories/kit/' },
      to: { path: '^(src|web|providers|scripts|test)/|^directories/(?!kit/)' },
    },
    {
      name: 'directory-sees-its-kit',
      severity: 'error',
      from: { path: '^directories/([^/]+)/', pathNot: '^directories/kit/' },
      to: { path: '^(src|web|providers|scripts|test)/|^directories/', pathNot: '^directories/(kit|$1)/' },
    },
    {
      name: 'only-scripts-start-the-embedded-profile',
      severity: 'error',
      from: { path: '^(src|web|providers|directories)/', pathNot: `^src/embedded/|${SPECS}` },
      to: { path: '^src/embedded/' },
    },
    {
      name: 'web-is-last',
      severity: 'error',
      from: { path: '^(src|providers|directories)/', pathNot: '^src/(api\\.module|embedded/)' },
      to: { path: '^web/' },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: {
        path: '^(src|web|providers|directories)/',
        pathNot: '\\.(spec|int-spec)\\.ts$|^providers/kit/conformance/',
      },
      to: { path: '^test/|\\.(spec|int-spec)\\.ts$' },
    },
    {
      name: 'harness-is-a-leaf',
      comment: 'what demo, campaigns and tests share: it drives the product and knows none of them',
      severity: 'error',
      from: { path: '^scripts/harness/', pathNot: SPECS },
      to: { path: '^(test|web)/|^scripts/(?!harness/)' },
    },
    {
      name: 'tests-share-the-harness-alone',
      comment:
        'campaigns import what tests are made of, and not the other way round; a spec may import the script it tests',
      severity: 'error',
      from: { path: '^test/', pathNot: '\\.(spec|int-spec|e2e-spec)\\.ts$' },
      to: { path: '^scripts/(?!harness/)' },
    },
    ...stageRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
