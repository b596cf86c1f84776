import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';

/**
 * Loaded before the product in a process whose resolver has a bad moment: for a while it answers for no name, then with an
 * address at which nobody listens, as after a move, and then as it does anyway.
 */
const FAILS_UNTIL_MS = Number(process.env.RESOLVER_FAILS_UNTIL_MS ?? '0');
const WRONG_UNTIL_MS = Number(process.env.RESOLVER_WRONG_UNTIL_MS ?? '0');
const NOBODY_LISTENS = { address: '127.0.0.9', family: 4 };
const resolve = dns.lookup;

const lookup = async (hostname: string, options: object): Promise<unknown> => {
  const age = performance.now();
  if (age < FAILS_UNTIL_MS) throw Object.assign(new Error(`getaddrinfo EAI_AGAIN ${hostname}`), { code: 'EAI_AGAIN' });
  return age < WRONG_UNTIL_MS ? [NOBODY_LISTENS] : resolve(hostname, options);
};
dns.lookup = lookup as typeof dns.lookup;
syncBuiltinESMExports();
