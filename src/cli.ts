import { parseArgs, type ParseArgsConfig } from 'node:util';
import { reindexAccounts } from './adjudication/accounts/reindex-accounts.js';
import { redriveDeadLetters } from './admin/redrive-command.js';
import { forgetOutcome, resealOutcome, usageOutcome } from './key-rotation/key-commands.js';
import { writeNewRing } from './key-rotation/new-ring-file.js';
import { PIPELINE } from './pipeline.js';
import { SystemClock } from './platform/clock/clock.js';
import { loadConfig } from './platform/config/config.js';
import { KeyRing, SIGNING_PURPOSES } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrator.js';
import { checkPolicyFile, diffPolicyFile, policyFileAsJson, type CommandOutcome } from './policy/policy-commands.js';
import type { PolicySetting } from './policy/production-rules.js';
import { reconciledOutcome, reconcileRestored } from './restore/reconcile-command.js';
import { doctor, doctorReport } from './start-checks/doctor.js';
import { Explanations } from './adjudication/explain/explanations.js';
import { replayAll } from './adjudication/explain/replay-all.js';
import { requireMacs } from './audit-trail/require-macs-command.js';
import { AuditVerifier } from './audit-trail/verification.js';

const print = (value: unknown): void =>
  void process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`);

function printed({ lines, exitCode }: CommandOutcome): number {
  print(lines.join('\n'));
  return exitCode;
}

const optionsOf = <Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) =>
  parseArgs({ args: process.argv.slice(2), options, allowPositionals: true }).values;

/** The file of a command that takes one, and what decides whether a profile may be used in this deployment. */
function policyInput(file: string): { file: string; setting: PolicySetting } {
  if (file === '') throw new Error('which file?');
  const { embedded, PROVIDERS: providers } = loadConfig(process.env);
  return { file, setting: { embedded, providers } };
}

/** @param ring only where something is written into the audit trail */
async function connected<Result>(work: (database: Database) => Promise<Result>, ring?: KeyRing): Promise<Result> {
  const { DATABASE_URL: url } = loadConfig(process.env);
  const database = await Database.connect({ url, poolSize: 2, statementTimeoutMs: 600_000, ring });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Operators' commands that need no running service. Each returns the exit code. */
const COMMANDS: Record<string, { help: string; run: (argument: string) => Promise<number> }> = {
  migrate: {
    help: 'bring the schema up to date as the owner role (DATABASE_OWNER_URL)',
    async run() {
      const url = process.env.DATABASE_OWNER_URL;
      if (!url) throw new Error('DATABASE_OWNER_URL is needed');
      print({ applied: await migrate(url) });
      return 0;
    },
  },
  doctor: {
    help: '[--json] say of every setting and dependency whether it is right and what to do; exit code 2 is a fault',
    async run(argument) {
      const { text, exitCode } = doctorReport(await doctor(process.env), { json: argument === '--json' });
      print(text);
      return exitCode;
    },
  },
  'audit:verify': {
    help: 'verify every audit chain and checkpoint; exit code 2 names a fault',
    async run() {
      const ring = KeyRing.fromFile(loadConfig(process.env).KEYRING_FILE);
      const result = await connected((database) => new AuditVerifier(database, ring).verify());
      print(result);
      return result.intact ? 0 : 2;
    },
  },
  'audit:require-macs': {
    help: '[--anyway] after an upgrade, once no process of a build runs that signed no audit rows: rows from now on need a MAC; exit code 2 names a fault',
    async run() {
      const { anyway = false } = optionsOf({ anyway: { type: 'boolean' } });
      const ring = KeyRing.fromFile(loadConfig(process.env).KEYRING_FILE);
      const result = await connected((database) => requireMacs({ database, ring }, { anyway }), ring);
      print(result);
      return result.intact ? 0 : 2;
    },
  },
  'subjects:reindex': {
    help: 'index the names and documents of accounts that are not, beside a running service',
    async run() {
      print(await reindexAccounts(loadConfig(process.env)));
      return 0;
    },
  },
  'cases:explain': {
    help: 'ID: why each decision of a case fell as it did, and whether it falls the same way again',
    async run(caseId) {
      const decisions = await connected((database) => database.read((tx) => new Explanations().ofCase(tx, caseId)));
      if (!decisions) throw new Error('there is no such case');
      print({ caseId, decisions });
      return decisions.some(({ replay }) => replay.outcome === 'differs') ? 2 : 0;
    },
  },
  'decisions:replay': {
    help: 'take every stored decision again; exit code 2 names those that come out differently or were altered',
    async run() {
      const { count, exitCode } = await connected((database) => replayAll(database, print));
      print(count);
      return exitCode;
    },
  },
  'policy:check': {
    help: 'FILE: name every fault of a profile written as YAML or JSON; exit code 2 when there is one',
    async run(argument) {
      const { file, setting } = policyInput(argument);
      return printed(checkPolicyFile(file, setting));
    },
  },
  'policy:json': {
    help: 'FILE: print the profile as JSON, for PUT /v1/policies/{id}',
    async run(argument) {
      const { file, setting } = policyInput(argument);
      return printed(policyFileAsJson(file, setting));
    },
  },
  'policy:diff': {
    help: 'FILE: say in words what it would change; exit code 2 when a second person has to confirm',
    async run(argument) {
      const input = policyInput(argument);
      return printed(await connected((database) => database.read((tx) => diffPolicyFile(tx, input))));
    },
  },
  'queue:redrive': {
    help: '[--queue NAME] [--job ID]: put dead letters back into their queues',
    async run() {
      const queueNames = [
        ...new Set(Object.values(PIPELINE).flatMap((steps) => steps.map(({ contract }) => contract.name))),
      ];
      const args = process.argv.slice(2);
      print({ redriven: await redriveDeadLetters(loadConfig(process.env), { queueNames, args }) });
      return 0;
    },
  },
  'restore:reconcile': {
    help: 'on a restored database, before the service starts: end all that may have been used or erased since (DATABASE_OWNER_URL)',
    async run() {
      const url = process.env.DATABASE_OWNER_URL;
      if (!url) throw new Error('DATABASE_OWNER_URL is needed');
      return printed(reconciledOutcome(await reconcileRestored(loadConfig(process.env), url)));
    },
  },
  'keys:new': {
    help: '--out FILE: make a new key ring file that its owner alone can read',
    async run() {
      const { out = '' } = optionsOf({ out: { type: 'string' } });
      await writeNewRing(out, KeyRing.generate(`k${new SystemClock().now().toISOString().slice(0, 10)}`));
      print({ ring: out });
      return 0;
    },
  },
  'keys:public': {
    help: 'print the public keys that verify checkpoints and receipts, of the active key first',
    async run() {
      const ring = KeyRing.fromFile(loadConfig(process.env).KEYRING_FILE);
      for (const kid of ring.verifyingIds)
        for (const purpose of SIGNING_PURPOSES)
          print({ purpose, kid, jwk: ring.verificationKey(purpose, kid).export({ format: 'jwk' }) });
      return 0;
    },
  },
  'keys:usage': {
    help: 'how much each master key is still needed for; exit code 2 when the ring lacks one',
    async run() {
      return printed(await usageOutcome(loadConfig(process.env)));
    },
  },
  'keys:reseal': {
    help: 'put what stands under older master keys under the active one, beside a running service; exit code 2 when something is left',
    async run() {
      return printed(await resealOutcome(loadConfig(process.env)));
    },
  },
  'keys:forget': {
    help: 'ID --out FILE [--anyway]: put the key ring without the secret of a key that nothing needs any more into a new file; its signatures still verify',
    async run(keyId) {
      const { out = '', anyway = false } = optionsOf({ out: { type: 'string' }, anyway: { type: 'boolean' } });
      return printed(await forgetOutcome(loadConfig(process.env), { keyId, anyway, out }));
    },
  },
};

/** `regain cases explain ID` is `regain cases:explain ID`. */
const [first = '', second = '', third = ''] = process.argv.slice(2);
const spaced = `${first}:${second}` in COMMANDS;
const name = spaced ? `${first}:${second}` : first;
const command = COMMANDS[name];
if (command) {
  process.exitCode = await command.run(spaced ? third : second).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
} else {
  print(
    Object.entries(COMMANDS)
      .map(([known, { help }]) => `regain ${known.padEnd(16)} ${help}`)
      .join('\n'),
  );
  process.exitCode = name === '' ? 0 : 1;
}
