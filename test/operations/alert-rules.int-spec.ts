import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findServerPrograms } from '../../scripts/harness/servers/index.js';
import { wholeOr } from '../support/whole.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

const run = promisify(execFile);
const TESTS = ['alerts_test.yml', 'alerts_nightly_test.yml'];
const FETCH_MS = 300_000;

let folder: string;
let promtool: string;

beforeAll(async () => {
  promtool = (await findServerPrograms('prometheus')).path('promtool');
  folder = await mkdtemp(join(tmpdir(), 'regain-alert-rules-'));
  await cp(packagePath('deploy/prometheus'), folder, { recursive: true });
}, FETCH_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function answers(...args: string[]): Promise<string> {
  const done = run(promtool, args, { cwd: folder }).catch((error: { stdout: string; stderr: string }) => error);
  const { stdout, stderr } = await done;
  return stdout + stderr;
}

/** Tests the rules after a change to them. */
async function testedWith(tests: string, [from, to]: readonly [string, string]): Promise<string> {
  const path = join(folder, 'alerts.yml');
  const rules = await readFile(path, 'utf8');
  expect(rules).toContain(from);
  await writeFile(path, rules.replace(from, to));
  return answers('test', 'rules', tests).finally(() => writeFile(path, rules));
}

describe('the alert rules, by Prometheus itself', () => {
  it('are rules, all of them', async () => {
    const count = (await readFile(join(folder, 'alerts.yml'), 'utf8')).match(/^ *- alert: /gm)?.length;
    expect(await answers('check', 'rules', 'alerts.yml')).toContain(`SUCCESS: ${count} rules found`);
  });

  it('alarm when they should, since when they should, and not otherwise', async () => {
    const said = await answers('test', 'rules', ...TESTS);
    expect([said.match(/SUCCESS/g)?.length, said.includes('FAILED')]).toEqual([TESTS.length, false]);
  });

  const lacking = [
    ['RegainTargetDown', 'alerts_test.yml', [' or absent(up{job="regain"})', '']],
    [
      'RegainQueueDown',
      'alerts_test.yml',
      ['min by (instance) (regain_scrape_source_up{source="queue"})', 'max(regain_scrape_source_up{source="queue"})'],
    ],
    ['RegainErrors', 'alerts_test.yml', [' unless max(max_over_time(regain_recoveries_paused[10m])) == 1', '']],
    ['RegainReplayMissed', 'alerts_nightly_test.yml', [' or kube_cronjob_created{cronjob=~".*-decisions-replay"}', '']],
    [
      'RegainKeyPastItsEnd',
      'alerts_test.yml',
      ['min(regain_key_ring_end_timestamp_seconds > 0)', 'min(regain_key_ring_end_timestamp_seconds)'],
    ],
    ['RegainSlowAnswers', 'alerts_test.yml', ['{route!="/v1/flow/events"}', '']],
    [
      'RegainProviderCircuitOpen',
      'alerts_test.yml',
      [' unless on (provider) max by (provider) (regain_provider_disabled) == 1', ''],
    ],
    ['RegainProviderErrors', 'alerts_test.yml', ['{call!="push",end', '{end']],
    ['RegainProviderErrors', 'alerts_test.yml', ['|busy|not_authentic|session_unknown', '']],
    ['RegainProviderErrors', 'alerts_test.yml', ['{call!="push"}', '']],
    ['RegainSweeperFailing', 'alerts_test.yml', ['[3h]', '[15m]']],
  ] as const;

  // One of each file stands for the others: each takes promtool five seconds.
  it.each(wholeOr(lacking, (_rule, at) => at === 0 || at === 3))(
    '%s is seen to change when it lacks a part',
    async (name, tests, change) => {
      expect(await testedWith(tests, change)).toMatch(new RegExp(`FAILED[^]*${name}`));
    },
  );
});
