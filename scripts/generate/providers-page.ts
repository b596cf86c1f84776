import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { REPORTED_ATTRIBUTES, type HowOftenReported, type ProviderCapabilities } from '../../providers/kit/index.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

/** What one run of the conformance suite wrote down and every later run has to repeat (kit/conformance/proof-test.ts). */
interface ProofRecord {
  provider: string;
  capabilities: ProviderCapabilities;
  proven: Record<string, number>;
  notApplicable: Record<string, string>;
}

const yes = (value: boolean): string => (value ? 'yes' : '–');

const saidHow = (reports: ProviderCapabilities['reports'], often: HowOftenReported): string =>
  REPORTED_ATTRIBUTES.filter((attribute) => reports[attribute] === often).join(', ') || '–';

const ROWS: readonly [string, (capabilities: ProviderCapabilities) => string][] = [
  ['hand-off', ({ handoff }) => handoff],
  ['result', ({ resultTransport }) => resultTransport],
  ['what proves a push', ({ pushAuth }) => pushAuth],
  ['what proves the device', ({ sameDevice }) => sameDevice],
  ['replay guard', ({ replayGuard }) => replayGuard],
  ['checks', ({ checks }) => checks.join(', ')],
  ['reports, not in every result', ({ reports }) => saidHow(reports, 'sometimes')],
  ['reports always', ({ reports }) => saidHow(reports, 'always')],
  ['never reports', ({ reports }) => saidHow(reports, 'never')],
  ['compares expected attributes', ({ expectedIdentityMatching }) => yes(expectedIdentityMatching)],
  [
    'our own pictures',
    ({ requiredEvidence, wantsBackOf }) =>
      [...requiredEvidence, ...(wantsBackOf ? ['document_back (cards, may be left out)'] : [])].join(', ') || '–',
  ],
  ['deletion', ({ deletion }) => deletion],
  ['cancel', ({ cancel }) => yes(cancel)],
  ['create repeated safely', ({ idempotentCreate }) => yes(idempotentCreate)],
  ['found by our reference', ({ findByReference }) => yes(findByReference)],
  ['data leaves', ({ dataLeaves }) => (dataLeaves === 'partner' ? 'to the partner' : 'no')],
];

/** `docs/providers.md`: capabilities and what the conformance suite proved, from the records that the suite compares. */
export function providersPage(): string {
  const records = proofRecords();
  return [
    '# Providers',
    '',
    'Generated from the records of the conformance suite (`providers/*/conformance.json`). Each run of a provider’s',
    '`conformance.spec.ts` must give the same record, so every capability below was exercised over real HTTP against the',
    'provider’s simulator. No live tenant of any partner was available: each README says which parts of its protocol are confirmed.',
    '',
    `|  | ${records.map(({ provider }) => `[${provider}](../providers/${provider}/README.md)`).join(' | ')} |`,
    `|---|${records.map(() => '---').join('|')}|`,
    ...ROWS.map(([name, cell]) => `| ${name} | ${records.map(({ capabilities }) => cell(capabilities)).join(' | ')} |`),
    `| tests of the suite | ${records.map(({ proven }) => sum(proven)).join(' | ')} |`,
    '',
    'The organisation’s own check (`local`) has no partner, so it has its own tests instead of this suite.',
    '',
    '## What a report does not say',
    '',
    'What stands under “never reports” is in no result of that provider, and the conformance suite holds it. A profile that asks for it',
    '– `documents.types`, `documents.countries`, `when.documentTypes`, `when.countries`, `matching.require` with `document_number` – gets',
    'nobody in through that provider: `regain policy check` and saving it refuse a production profile where no provider of it could ever',
    'say it, and `policy check` names the providers that cannot where others can. `documentType` of AU10TIX is reported once',
    '`AU10TIX_DOCUMENT_TYPES` says what its words mean. Without `nationality` the issuer of a passport or an identity card stands in',
    '([matching.md](matching.md)), which takes `documentType` and `issuingCountry`: names in a short form, exchanged or romanised otherwise',
    'pass through Entra Verified ID, TrueCredential and IDEMIA only with the very document that was proofed, or go to people.',
    '',
    'The portrait of the proofing record (`reference_portrait_match`) is compared by the organisation’s own machine and the sandbox alone.',
    'A production profile with `matching.require: [portrait]` is refused where none of its providers does; beside a partner the own machine',
    'does not add that check.',
    '',
    '## What a protocol cannot express',
    '',
    'Topics of the suite that do not apply, each with its reason.',
    ...records.flatMap(exemptions),
    '',
  ].join('\n');
}

function proofRecords(): ProofRecord[] {
  const providers = packagePath('providers');
  return readdirSync(providers)
    .map((folder) => `${providers}/${folder}/conformance.json`)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ProofRecord)
    .sort((a, b) => (a.provider < b.provider ? -1 : 1));
}

const sum = (proven: Record<string, number>): number => Object.values(proven).reduce((all, count) => all + count, 0);

function exemptions({ provider, notApplicable }: ProofRecord): string[] {
  const topics = Object.entries(notApplicable);
  if (topics.length === 0) return [];
  return ['', `### ${provider}`, '', ...topics.map(([topic, reason]) => `- \`${topic}\`: ${reason}`)];
}
