import { Redis } from 'ioredis';
import { evictionPolicyOf, infoOf, stated } from '../platform/queue/eviction-policy.js';
import { fault, ok, warning, type Finding } from './finding.js';

const SUBJECT = 'REDIS_URL';
const TIMEOUT_MS = 3_000;

/**
 * Whether the queue's server keeps what it is given. Eviction is refused: a queue that silently loses parts of a job
 * breaks in ways nobody sees. That it writes to a file is advice: the queue is not the truth, and a lost job is derived
 * again from the database – only later. A server that is not there yet is waited for.
 *
 * @param away what it is when nobody answers
 */
export async function redisFindings(
  url: string | undefined,
  away: 'warning' | 'fault' = 'warning',
): Promise<Finding[]> {
  if (url === undefined) return [];
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // A refused sign-in is told by an event; what `connect` then throws says only that the connection is closed.
  let refused = false;
  redis.on('error', (error: Error) => (refused ||= /WRONGPASS|NOAUTH|NOPERM/.test(error.message)));
  try {
    await redis.connect();
    return await findingsOf(redis);
  } catch {
    return refused
      ? [fault(SUBJECT, 'the server refuses our sign-in', 'correct user and password')]
      : [{ subject: SUBJECT, verdict: away, detail: 'cannot be reached', remedy: 'start it, or correct the address' }];
  } finally {
    redis.disconnect();
  }
}

async function findingsOf(redis: Redis): Promise<Finding[]> {
  const policy = await evictionPolicyOf(redis);
  const info = await infoOf(redis);
  const remedy = 'set maxmemory-policy noeviction on the server';
  const findings: Finding[] = [];
  if (policy === undefined) {
    findings.push(fault(SUBJECT, 'maxmemory-policy cannot be verified: CONFIG and INFO are forbidden', 'allow INFO'));
  } else if (policy !== 'noeviction') findings.push(fault(SUBJECT, `maxmemory-policy is ${policy}`, remedy));
  else findings.push(ok(SUBJECT, 'evicts nothing'));
  if (stated(info, 'role') === 'slave') findings.push(fault(SUBJECT, 'is a replica', 'name the primary'));
  if (stated(info, 'aof_enabled') === '0') {
    const detail = 'keeps no append-only file: after a crash, work waits for the sweeper';
    findings.push(warning(SUBJECT, detail, 'set appendonly yes on the server'));
  }
  return findings;
}
