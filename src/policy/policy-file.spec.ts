import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyDocument } from './policy.js';
import { checkPolicyFile, policyFileAsJson } from './policy-commands.js';
import { readPolicyFile } from './policy-file.js';

const EMBEDDED = { embedded: true, providers: ['clear1', 'local'] };
const GOOD = `
name: Staff
# The help desk's own people are not covered.
exclude: [helpdesk]
providers:
  - clear1
  - id: local
    when: { countries: [DEU] }
requiredChecks: [face_match, data_match]
hold:
  seconds: 14400
`;
const faultsOf = (text: string) =>
  readPolicyFile(text, EMBEDDED).faults.map(({ line, pointer, code }) => `${line} ${pointer} ${code}`);

describe('a profile in a file', () => {
  it('says the same as in JSON', () => {
    const document = PolicyDocument.parse({
      name: 'Staff',
      exclude: ['helpdesk'],
      providers: ['clear1', { id: 'local', when: { countries: ['DEU'] } }],
      requiredChecks: ['face_match', 'data_match'],
      hold: { seconds: 14_400 },
    });
    expect(readPolicyFile(GOOD, EMBEDDED)).toEqual({ document, faults: [] });
    expect(readPolicyFile(JSON.stringify(document), EMBEDDED)).toEqual({ document, faults: [] });
  });

  it('has every fault named, with its line', () => {
    const text = `name: ''\nproviders: [clear1]\nrequiredChecks:\n  - face_match\n  - eye_colour\nhold:\n  seconds: -1\nsurprise: 1\n`;
    expect(faultsOf(text)).toEqual([
      '1 /name too_small',
      '5 /requiredChecks/1 invalid_value',
      '7 /hold/seconds too_small',
      '1  unrecognized_keys',
    ]);
  });

  it('is refused for what this deployment does not have', () => {
    expect(faultsOf('name: A\nproviders:\n  - clear1\n  - other\nrequiredChecks: [face_match]\n')).toEqual([
      '4 /providers/1 provider_not_loaded',
    ]);
    const production = readPolicyFile(`${GOOD}allowSpecimens: true\n`, { ...EMBEDDED, embedded: false });
    expect(production.faults.map(({ line, pointer }) => [line, pointer])).toContainEqual([12, '/allowSpecimens']);
  });

  it('has both kinds named at once: what the schema refuses, and what this deployment does', () => {
    const text = [
      'name: A',
      'providers: [clear1, other]',
      'requiredChecks: [face_match, eye_colour]',
      'waivedChecks: [presentation_attack]',
      'limits:',
      '  attempts: many',
      '  linkTtlSeconds: 100000',
      'surprise: 1',
      '',
    ].join('\n');
    const { faults } = readPolicyFile(text, { ...EMBEDDED, embedded: false });
    expect(faults.map(({ line, pointer, code }) => `${line} ${pointer} ${code}`)).toEqual([
      '3 /requiredChecks/1 invalid_value',
      '6 /limits/attempts invalid_type',
      '1  unrecognized_keys',
      '2 /providers/1 provider_not_loaded',
      '4 /waivedChecks refused_in_production',
      '7 /limits/linkTtlSeconds refused_in_production',
    ]);
  });

  it('says nothing about this deployment that hangs on what could not be read', () => {
    expect(readPolicyFile('name: A\nproviders: local\n', { ...EMBEDDED, embedded: false }).faults).toHaveLength(2);
    for (const text of ['[]', '1', 'providers:\n  - {}\n'])
      expect(readPolicyFile(text, EMBEDDED).faults.every(({ code }) => code !== 'provider_not_loaded')).toBe(true);
  });

  it.each([
    ['keys said twice', 'name: A\nname: B\n', '2  duplicate_key'],
    ['what is not YAML', 'name: [A\n', '2  bad_indent'],
    ['two documents', 'name: A\n---\nname: B\n', '2  multiple_docs'],
    ['a tag of somebody’s own', 'name: !call A\n', '1  tag_resolve_failed'],
  ])('is refused for %s', (_what, text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  it('is refused for aliases, before they can grow', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nname: *c\n`;
    expect(faultsOf(bomb)).toEqual(['0  alias']);
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(readPolicyFile(text, EMBEDDED).faults).not.toEqual([])));
  });
});

describe('the commands', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'policy-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileWith = (text: string): string => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('say that a file is good, or all that is wrong with it', () => {
    expect(checkPolicyFile(fileWith(GOOD), EMBEDDED)).toMatchObject({ exitCode: 0 });
    const bad = checkPolicyFile(fileWith('name: A\nproviders: [clear1]\nrequiredChecks: []\nmode: loud\n'), EMBEDDED);
    expect(bad.exitCode).toBe(2);
    expect(bad.lines.map((line) => line.slice(folder.length + 1).split(' – ')[0])).toEqual([
      'policy.yaml:4: /mode invalid_value',
      'policy.yaml:3: /requiredChecks too_small',
    ]);
  });

  it('print the profile for the service', () => {
    const { lines } = policyFileAsJson(fileWith(GOOD), EMBEDDED);
    expect(PolicyDocument.parse(JSON.parse(lines.join('')))).toMatchObject({
      name: 'Staff',
      hold: { seconds: 14_400 },
    });
  });
});
