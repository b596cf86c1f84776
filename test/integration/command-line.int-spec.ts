import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

let test: TestDatabase;
let folder: string;
let KEYRING_FILE: string;

beforeAll(async () => {
  test = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'regain-cli-'));
  KEYRING_FILE = join(folder, 'keyring.json');
  await writeFile(KEYRING_FILE, JSON.stringify(KeyRing.generate()), { mode: 0o600 });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await test.close();
});

/** `regain …` with this environment and no other. */
async function regain(
  line: string,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [packagePath('dist/src/cli.js'), ...line.split(' ')], {
    env: { PATH: process.env.PATH, ...env },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

describe('the operators’ commands', () => {
  it('take decisions again with the address of the database, and with nothing else', async () => {
    const { code, out, err } = await regain('decisions replay', { DATABASE_URL: test.appUrl });
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ decisions: 0, differing: 0 });
    expect(await regain('decisions replay')).toMatchObject({ code: 1, err: expect.stringContaining('DATABASE_URL') });
  });

  it('do nothing of a line with a word in it that they do not know', async () => {
    const { code, out, err } = await regain('queue redrive deliver-link');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('“deliver-link” means nothing here\nusage: regain queue redrive [--queue NAME] [--job ID]\n');
  });

  it('say what one of them takes, and of a name that none has that there is none', async () => {
    expect(await regain('keys new --help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^regain keys new --out FILE\n {4}make a new key ring/),
      err: '',
    });
    expect(await regain('nope')).toEqual({
      code: 1,
      out: '',
      err: 'there is no command “nope”; regain --help names them all\n',
    });
  });

  it('refuse what they were given before they ask for a setting', async () => {
    const lines = [
      ['api-keys new --name tickets --scopes nope', 'there is no scope nope'],
      ['api-keys new --name tickets --scopes subjects:write,cases:read', 'make two keys'],
      ['queue redrive --queue nope', 'there is no queue nope'],
      ['policy check nope.yaml', 'nope.yaml'],
      ['policy diff nope.yaml', 'nope.yaml'],
    ] as const;
    const answers = await Promise.all(lines.map(([line]) => regain(line)));
    expect(answers.map(({ code, err }) => [code, err])).toEqual(
      lines.map(([, fault]) => [1, expect.stringContaining(fault)]),
    );
  });

  it('make an API key, show it once, and end it', async () => {
    const env = { DATABASE_URL: test.appUrl, KEYRING_FILE };
    const made = await regain('api-keys new --name tickets --scopes cases:read,cases:write', env);
    const { id, key } = JSON.parse(made.out) as { id: string; key: string };
    expect([made.code, made.err, key]).toEqual([0, '', expect.stringMatching(/^rgk_[\w-]{43}$/)]);
    const listed = await regain('api-keys list', env);
    expect(listed.out).toContain(id);
    expect(listed.out).not.toContain(key.slice(4));
    const owner = { ...env, DATABASE_OWNER_URL: test.ownerUrl };
    const signed = await regain('keys sign-rows --anyway', owner);
    expect([signed.code, JSON.parse(signed.out)]).toMatchObject([0, { before: false, leftOut: { apiKeys: 0 } }]);
    expect(await regain(`api-keys revoke ${id}`, env)).toMatchObject({ code: 0 });
    expect(await regain(`api-keys revoke ${id}`, env)).toMatchObject({ code: 1, out: '' });
  });
});
