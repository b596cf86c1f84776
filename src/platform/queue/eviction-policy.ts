import type { Redis } from 'ioredis';

/**
 * What the queue's server does when its memory is full (`maxmemory-policy`). Managed servers forbid CONFIG; INFO says the same
 * there. `undefined` where both are forbidden.
 */
export async function evictionPolicyOf(redis: Redis): Promise<string | undefined> {
  const answer: unknown = await redis.config('GET', 'maxmemory-policy').catch((): unknown => undefined);
  if (Array.isArray(answer) && typeof answer[1] === 'string') return answer[1];
  return stated(await infoOf(redis), 'maxmemory_policy');
}

/** What the server says of itself; nothing where INFO is forbidden. */
export const infoOf = (redis: Redis): Promise<string> => redis.info().catch((): string => '');

/** A value of INFO. */
export const stated = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
