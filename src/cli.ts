import { reindexAccounts } from './adjudication/accounts/reindex-accounts.js';
import { SystemClock } from './platform/clock/clock.js';
import { loadConfig } from './platform/config/config.js';
import { KeyRing } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrator.js';
import { AuditVerifier } from './audit-trail/verification.js';

const print = (value: unknown): void =>
  void process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`);

/** Operators' commands that need no running service. Each returns the exit code. */
const COMMANDS: Record<string, { help: string; run: () => Promise<number> }> = {
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
  'subjects:reindex': {
    help: 'index the names and documents of accounts that are not, beside a running service',
    async run() {
      print({ indexed: await reindexAccounts(loadConfig(process.env)) });
      return 0;
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

const [name = ''] = process.argv.slice(2);
const command = COMMANDS[name];
if (command) {
  process.exitCode = await command.run().catch((error: unknown) => {
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
