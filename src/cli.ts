import { access, constants } from 'node:fs/promises';
import { reindexAccounts } from './adjudication/accounts/reindex-accounts.js';
import { redriveDeadLetters } from './admin/redrive-command.js';
import { forgetOutcome, resealOutcome, signRowsOutcome, usageOutcome } from './key-rotation/key-commands.js';
import { writeNewRing } from './key-rotation/new-ring-file.js';
import { PIPELINE } from './pipeline.js';
import { SystemClock } from './platform/clock/clock.js';
import { loadConfig, loadVariables, type ProcessRole } from './platform/config/config.js';
import { KeyRing, SIGNING_PURPOSES } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrator.js';
import { Logger } from './platform/logging/logger.js';
import { helpAskedFor, readCommandLine, type CommandSpec, type Given } from './platform/process/command-line.js';
import { checkPolicyFile, diffPolicyFile, policyFileAsJson, type CommandOutcome } from './policy/policy-commands.js';
import type { PolicySetting } from './policy/production-rules.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { SecurityEvents } from './platform/telemetry/security-events.js';
import { reconciledOutcome, reconcileRestored } from './restore/reconcile-command.js';
import { ApiKeys, possibleKey } from './staff-access/api-keys.js';
import { doctor, doctorReport } from './start-checks/doctor.js';
import { Explanations } from './adjudication/explain/explanations.js';
import { replayAll } from './adjudication/explain/replay-all.js';
import { requireMacs } from './audit-trail/require-macs-command.js';
import { abilitiesHere } from './verification/providers/abilities-here.js';
import { AuditVerifier } from './audit-trail/verification.js';

const print = (value: unknown): void =>
  void process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`);

function printed({ lines, exitCode }: CommandOutcome): number {
  print(lines.join('\n'));
  return exitCode;
}

/** The file of a command that takes one, and what decides whether a profile may be used in this deployment. */
async function policyInput(file: string): Promise<{ file: string; setting: PolicySetting }> {
  // What was typed comes before what the environment lacks.
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new Error(`there is no file ${file} that can be read`, { cause: error });
  });
  const {
    REGAIN_PROFILE: profile,
    PROVIDERS: providers,
    PROVIDER_MODULES: modules,
  } = loadVariables(process.env, ['REGAIN_PROFILE', 'PROVIDERS', 'PROVIDER_MODULES']);
  const abilities = await abilitiesHere(providers, modules, process.env);
  return { file, setting: { embedded: profile === 'embedded', providers, ...(abilities && { abilities }) } };
}

/** Whose environment a command looks at: that of both, unless it is said. */
function roleOf({ role = 'all' }: Given['texts']): ProcessRole {
  if (role === 'api' || role === 'worker' || role === 'all') return role;
  throw new Error('--role is api or worker');
}

/** @throws Error when it is not said */
function ownerUrl(): string {
  const url = process.env.DATABASE_OWNER_URL;
  if (!url) throw new Error('DATABASE_OWNER_URL is needed');
  return url;
}

const keyRing = (): KeyRing => KeyRing.fromFile(loadVariables(process.env, ['KEYRING_FILE']).KEYRING_FILE);

/**
 * Needs no other variable, so that what looks at the database alone can be run without the service's other secrets.
 *
 * @param ring only where something is written into the audit trail, or read that is signed
 */
async function connected<Result>(work: (database: Database) => Promise<Result>, ring?: KeyRing): Promise<Result> {
  const { DATABASE_URL: url } = loadVariables(process.env, ['DATABASE_URL']);
  const database = await Database.connect({ url, poolSize: 2, statementTimeoutMs: 600_000, ring });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** API keys, with what the trail and a key's digest need. */
const withApiKeys = <Result>(work: (keys: ApiKeys) => Promise<Result>): Promise<Result> => {
  const ring = keyRing();
  return connected((database) => work(new ApiKeys(database, ring, new SystemClock())), ring);
};

interface Command extends CommandSpec {
  run: (given: Given) => Promise<number>;
}

/** Operators' commands that need no running service. Each returns the exit code, and says of all it may be given. */
const COMMANDS: Record<string, Command> = {
  migrate: {
    help: 'update the schema, as the owner role (DATABASE_OWNER_URL)',
    async run() {
      print({ applied: await migrate(ownerUrl()) });
      return 0;
    },
  },
  doctor: {
    help: 'check every setting and dependency, and say how to fix each fault; exit code 2 is a fault',
    takes: { role: 'api|worker' },
    flags: ['json'],
    async run({ texts, flags }) {
      const { text, exitCode } = doctorReport(await doctor(process.env, { role: roleOf(texts) }), {
        json: flags.has('json'),
      });
      print(text);
      return exitCode;
    },
  },
  'audit:verify': {
    help: 'verify every audit chain and checkpoint; exit code 2 is a fault',
    async run() {
      const ring = keyRing();
      const result = await connected((database) => new AuditVerifier(database, ring).verify());
      print(result);
      return result.intact ? 0 : 2;
    },
  },
  'audit:require-macs': {
    help: 'require a MAC on every new audit row; run once after upgrading, when all old processes have stopped; exit code 2 is a fault',
    flags: ['anyway'],
    async run({ flags }) {
      const anyway = flags.has('anyway');
      const ring = keyRing();
      const result = await connected((database) => requireMacs({ database, ring }, { anyway }), ring);
      print(result);
      return result.intact ? 0 : 2;
    },
  },
  'subjects:reindex': {
    help: 'index the names and documents of accounts that have no index yet, beside a running service',
    async run() {
      print(await reindexAccounts(loadConfig(process.env)));
      return 0;
    },
  },
  'cases:explain': {
    help: 'explain each decision of a case, and say whether it comes out the same again; exit code 2 when one does not',
    words: ['ID'],
    async run({ word: caseId }) {
      const decisions = await connected((database) => database.read((tx) => new Explanations().ofCase(tx, caseId)));
      if (!decisions) throw new Error('there is no such case');
      print({ caseId, decisions });
      return decisions.some(({ replay }) => replay.outcome === 'differs') ? 2 : 0;
    },
  },
  'decisions:replay': {
    help: 'take every stored decision again, and name those that come out differently or were altered; exit code 2 when there is one',
    async run() {
      const { count, exitCode } = await connected((database) => replayAll(database, print));
      print(count);
      return exitCode;
    },
  },
  'policy:check': {
    help: 'name every fault of a profile in YAML or JSON; exit code 2 when there is one',
    words: ['FILE'],
    async run({ word }) {
      const { file, setting } = await policyInput(word);
      return printed(checkPolicyFile(file, setting));
    },
  },
  'policy:json': {
    help: 'print the profile as JSON, for PUT /v1/policies/{id}',
    words: ['FILE'],
    async run({ word }) {
      const { file, setting } = await policyInput(word);
      return printed(policyFileAsJson(file, setting));
    },
  },
  'policy:diff': {
    help: 'say in words what the file would change; exit code 2 when a second person must confirm',
    words: ['FILE'],
    async run({ word }) {
      const input = await policyInput(word);
      const events = new SecurityEvents(new Metrics(), Logger.create('warn'));
      const work = (database: Database) => database.read((tx) => diffPolicyFile(tx, { ...input, events }));
      return printed(await connected(work, keyRing()));
    },
  },
  'queue:redrive': {
    help: 'put dead letters back into their queues',
    takes: { queue: 'NAME', job: 'ID' },
    async run({ texts: { queue, job: jobId } }) {
      const queueNames = [
        ...new Set(Object.values(PIPELINE).flatMap((steps) => steps.map(({ contract }) => contract.name))),
      ];
      if (queue !== undefined && !queueNames.includes(queue))
        throw new Error(`there is no queue ${queue}; there are ${queueNames.join(', ')}`);
      print({ redriven: await redriveDeadLetters(loadConfig(process.env), { queueNames, queue, jobId }) });
      return 0;
    },
  },
  'restore:reconcile': {
    help: 'after a restore, before the service starts: end and erase again what was used, ended or erased since the backup (DATABASE_OWNER_URL)',
    async run() {
      const url = ownerUrl();
      return printed(reconciledOutcome(await reconcileRestored(loadConfig(process.env), url)));
    },
  },
  'keys:new': {
    help: 'make a new key ring file that only its owner can read',
    needs: { out: 'FILE' },
    async run({ texts: { out = '' } }) {
      await writeNewRing(out, KeyRing.generate(`k${new SystemClock().now().toISOString().slice(0, 10)}`));
      print({ ring: out });
      return 0;
    },
  },
  'keys:public': {
    help: 'print the public keys that verify checkpoints and receipts, those of the active key first',
    async run() {
      const ring = keyRing();
      for (const kid of ring.verifyingIds)
        for (const purpose of SIGNING_PURPOSES)
          print({ purpose, kid, jwk: ring.verificationKey(purpose, kid).export({ format: 'jwk' }) });
      return 0;
    },
  },
  'keys:usage': {
    help: 'say how much still needs each master key; exit code 2 when the ring lacks one',
    async run() {
      return printed(await usageOutcome(loadConfig(process.env)));
    },
  },
  'keys:reseal': {
    help: 're-encrypt with the active key what older master keys encrypted, beside a running service; exit code 2 when something is left',
    async run() {
      return printed(await resealOutcome(loadConfig(process.env)));
    },
  },
  'keys:sign-rows': {
    help: 'give rows of earlier builds their MAC, and believe none without; run once after upgrading, when all old processes have stopped, with DATABASE_OWNER_URL; exit code 2 when passkeys or API keys are left out',
    flags: ['anyway'],
    async run({ flags }) {
      const config = loadVariables(process.env, ['DATABASE_URL', 'KEYRING_FILE']);
      return printed(await signRowsOutcome(config, { ownerUrl: ownerUrl(), anyway: flags.has('anyway') }));
    },
  },
  'keys:forget': {
    help: 'write a new key ring file without the secret of a key that nothing needs; its signatures still verify',
    words: ['ID'],
    needs: { out: 'FILE' },
    flags: ['anyway'],
    async run({ word: keyId, texts: { out = '' }, flags }) {
      const anyway = flags.has('anyway');
      return printed(await forgetOutcome(loadConfig(process.env), { keyId, anyway, out }));
    },
  },
  'api-keys:new': {
    help: 'make an API key for a machine, and print it once',
    needs: { name: 'NAME', scopes: 'SCOPE,SCOPE…' },
    async run({ texts: { name: keyName = '', scopes = '' } }) {
      const wanted = possibleKey({ name: keyName, scopes: scopes.split(',').map((scope) => scope.trim()) });
      print(await withApiKeys((keys) => keys.make(wanted)));
      return 0;
    },
  },
  'api-keys:list': {
    help: 'list API keys with their scopes, and the master key with which each one ends',
    async run() {
      print({ apiKeys: await withApiKeys((keys) => keys.list()) });
      return 0;
    },
  },
  'api-keys:revoke': {
    help: 'end an API key at once',
    words: ['ID'],
    async run({ word: id }) {
      await withApiKeys((keys) => keys.revoke(id));
      print({ revoked: id });
      return 0;
    },
  },
};

async function exitCodeOf(args: readonly string[]): Promise<number> {
  const help = helpAskedFor(COMMANDS, args);
  if (help !== undefined) {
    print(help);
    return 0;
  }
  try {
    const read = readCommandLine(COMMANDS, args);
    if (read) return await read.command.run(read.given);
    throw new Error(`there is no command “${args[0]}”; regain --help names them all`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await exitCodeOf(process.argv.slice(2));
