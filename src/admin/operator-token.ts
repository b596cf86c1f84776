import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Programs send a bearer (RFC 6750); a browser asks for a password and sends it by itself from then on (RFC 7617). */
export type TokenGivenBy = 'bearer' | 'basic';

/** A browser shows its password prompt for the first alone; a program is told of both. */
const CHALLENGES = ['Basic realm="regain operators"', 'Bearer'];

/**
 * How the operators' token came with a request, or undefined when it did not. As a password it goes under any name. Schemes
 * are told apart without regard to case (RFC 9110, 11.1).
 */
export function operatorTokenGiven(authorization: string | undefined, token: string): TokenGivenBy | undefined {
  const [, scheme = '', given = ''] = /^(\w+) +(\S+)$/.exec(authorization ?? '') ?? [];
  const by = scheme.toLowerCase();
  if (by !== 'bearer' && by !== 'basic') return undefined;
  const presented = by === 'bearer' ? given : passwordIn(given);
  return timingSafeEqual(digest(presented), digest(token)) ? by : undefined;
}

const passwordIn = (credentials: string): string =>
  Buffer.from(credentials, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');

export async function refuseWithoutToken(reply: FastifyReply): Promise<void> {
  await reply.status(401).header('www-authenticate', CHALLENGES).send({ status: 401, code: 'unauthenticated' });
}

/** What changes nothing: a browser that another site's page makes ask may ask for it. */
export const onlyLooks = (method: string): boolean => method === 'GET' || method === 'HEAD';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
