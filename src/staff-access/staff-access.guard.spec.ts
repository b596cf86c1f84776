import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Problem } from '../platform/errors/problem.js';
import type { Principal, Request } from '../platform/http/request-context.js';
import { RequireScopes, StaffGuard } from './staff-access.guard.js';
import type { StaffTokens } from './staff-tokens.js';

class Handlers {
  @RequireScopes('reviews:decide')
  reviews(): void {}
}
const RITA: Principal = { kind: 'person', id: 'rita', scopes: new Set(['reviews:decide']) };
const tokens = {
  principal: async (bearer: string) => {
    if (bearer !== 'genuine') throw new Problem('unauthenticated');
    return RITA;
  },
} as unknown as StaffTokens;

async function come(headers: Record<string, string>, cookies: Record<string, string> = {}): Promise<unknown> {
  const request = { headers, cookies } as unknown as Request;
  const context = {
    switchToHttp: () => ({ getRequest: () => request }),
    getHandler: () => Handlers.prototype.reviews,
  } as unknown as ExecutionContext;
  try {
    await new StaffGuard(tokens).canActivate(context);
    return request.principal;
  } catch (error) {
    return (error as Problem).code;
  }
}

describe('the interface’s guard', () => {
  it('lets a bearer in', async () => {
    expect(await come({ authorization: 'Bearer genuine' })).toBe(RITA);
    expect(await come({ authorization: 'Bearer other' })).toBe('unauthenticated');
  });

  it('says that it wanted a bearer, to whomever it does not let in', async () => {
    const request = { headers: {} } as Request;
    const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
    await expect(new StaffGuard(tokens).canActivate(context)).rejects.toThrow(Problem);
    expect(request.wantsBearer).toBe(true);
  });

  it('T47: takes no bearer that came as a cookie', async () => {
    for (const name of ['__Host-regain_staff', '__Host-regain_session', 'authorization'])
      expect(await come({ cookie: `${name}=genuine` }, { [name]: 'genuine' })).toBe('unauthenticated');
  });
});
