import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { silentEvents } from '../../test/support/case-repository.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { PolicyDocument, type Policy } from './policy.js';
import { diffPolicyFile, type CommandOutcome } from './policy-commands.js';
import { removePolicy } from './policy-rows.js';

const SETTING = { embedded: true, providers: ['sandbox', 'local'] };
let test: TestDatabase;
let core: Core;
let policy: Policy;
let folder: string;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, {
    name: 'Everybody',
    hold: { seconds: 3_600, fairEvidenceSeconds: 0, weakEvidenceSeconds: 0 },
  });
  folder = mkdtempSync(join(tmpdir(), 'regain-policy-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await test.close();
});

/** The command's answer to a file that differs from the living profile in these members. */
async function diffOf(changes: Partial<PolicyDocument>): Promise<CommandOutcome> {
  const file = join(folder, 'profile.yaml');
  writeFileSync(file, JSON.stringify({ ...policy.document, ...changes }));
  return test.database.read((tx) => diffPolicyFile(tx, { file, setting: SETTING, events: silentEvents() }));
}
const hold = (seconds: number): Partial<PolicyDocument> => ({ hold: { ...policy.document.hold, seconds } });

describe('the difference between a file and the living profile of its name', () => {
  it('is none for the profile itself', async () => {
    expect(await diffOf({})).toEqual({ lines: ['Nothing changes.'], exitCode: 0 });
  });

  it('of a stricter one is told, and is no fault', async () => {
    const { lines, exitCode } = await diffOf(hold(7_200));
    expect(exitCode).toBe(0);
    expect(lines).toHaveLength(1);
  });

  it('of a weaker one ends with a second person, and changes nothing', async () => {
    const { lines, exitCode } = await diffOf(hold(0));
    expect(exitCode).toBe(2);
    expect(lines.at(-1)).toBe('A second person has to confirm this.');
    const [living] = await test.database.read((tx) => core.policies.living(tx));
    expect(living).toMatchObject({ version: policy.version, document: { hold: { seconds: 3_600 } } });
  });

  it('of another name is a new profile beside it: who is taken from the stricter one needs a second person', async () => {
    const { lines, exitCode } = await diffOf({ name: 'Easier', priority: 9, ...hold(0) });
    expect(exitCode).toBe(2);
    expect(lines.at(-1)).toBe('A second person has to confirm this.');
  });

  it('of a file with faults is the faults', async () => {
    const { lines, exitCode } = await diffOf({ providers: ['nobody'] });
    expect(exitCode).toBe(2);
    expect(lines).toEqual([expect.stringContaining('/providers/0 provider_not_loaded')]);
  });

  it('of a removed profile is a new one', async () => {
    await test.database.transaction((tx) => removePolicy(tx, policy.id));
    const { lines, exitCode } = await diffOf({});
    expect(lines).not.toEqual(['Nothing changes.']);
    expect(exitCode).toBe(2);
  });
});
