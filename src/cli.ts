import { SystemClock } from './platform/clock/clock.js';
import { loadConfig, type Config } from './platform/config/config.js';
import { KeyRing } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrator.js';
import { checkPolicyFile, diffPolicyFile, policyFileAsJson, type CommandOutcome } from './policy/policy-commands.js';
import type { PolicySetting } from './policy/production-rules.js';
import { AuditVerifier } from './audit-trail/verification.js';

const print = (value: unknown): void =>
  void process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`);

function printed({ lines, exitCode }: CommandOutcome): number {
  print(lines.join('\n'));
  return exitCode;
}

/** The file of a command that takes one, and what decides whether a profile may be used in this deployment. */
function policyInput(file: string | undefined): { file: string; setting: PolicySetting; config: Config } {
  if (file === undefined) throw new Error('which file?');
  const config = loadConfig(process.env);
  return { file, setting: { embedded: config.embedded, providers: config.PROVIDERS }, config };
}

/** Operators' commands that need no running service. Each returns the exit code. */
const COMMANDS: Record<string, { help: string; run: (argument?: string) => Promise<number> }> = {
  migrate: {
    help: 'bring the schema up to date as the owner role (DATABASE_OWNER_URL)',
    async run() {
      const url = process.env.DATABASE_OWNER_URL;
      if (!url) throw new Error('DATABASE_OWNER_URL is needed');
      print({ applied: await migrate(url) });
      return 0;
    },
  },
  'audit:verify': {
    help: 'verify every audit chain and checkpoint; exit code 2 names a fault',
    async run() {
      const config = loadConfig(process.env);
      const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 2, statementTimeoutMs: 600_000 });
      const result = await new AuditVerifier(database, KeyRing.fromFile(config.KEYRING_FILE)).verify();
      await database.close();
      print(result);
      return result.intact ? 0 : 2;
    },
  },
  'policy:check': {
    help: 'FILE – name every fault of a profile written as YAML or JSON; exit code 2 when there is one',
    async run(argument) {
      const { file, setting } = policyInput(argument);
      return printed(checkPolicyFile(file, setting));
    },
  },
  'policy:json': {
    help: 'FILE – print the profile as JSON, for PUT /v1/policies/{id}',
    async run(argument) {
      const { file, setting } = policyInput(argument);
      return printed(policyFileAsJson(file, setting));
    },
  },
  'policy:diff': {
    help: 'FILE – say in words what it would change; exit code 2 when a second person has to confirm',
    async run(argument) {
      const { file, setting, config } = policyInput(argument);
      const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 1, statementTimeoutMs: 60_000 });
      const outcome = await database.read((tx) => diffPolicyFile(tx, { file, setting }));
      await database.close();
      return printed(outcome);
    },
  },
  'keys:new': {
    help: 'print a new key ring file; keep it mode 0600',
    async run() {
      print(KeyRing.generate(`k${new SystemClock().now().toISOString().slice(0, 10)}`));
      return 0;
    },
  },
  'keys:public': {
    help: 'print the public keys that verify checkpoints and deletion receipts',
    async run() {
      const ring = KeyRing.fromFile(loadConfig(process.env).KEYRING_FILE);
      for (const purpose of ['audit-signature', 'receipt-signature'] as const) {
        const { id, publicKey } = ring.signingKey(purpose);
        print({ purpose, kid: id, jwk: publicKey.export({ format: 'jwk' }) });
      }
      return 0;
    },
  },
};

const [name = '', argument] = process.argv.slice(2);
const command = COMMANDS[name];
if (command) {
  process.exitCode = await command.run(argument).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
} else {
  print(
    Object.entries(COMMANDS)
      .map(([known, { help }]) => `regain ${known.padEnd(14)} ${help}`)
      .join('\n'),
  );
  process.exitCode = name === '' ? 0 : 1;
}
