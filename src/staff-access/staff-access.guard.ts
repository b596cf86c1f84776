import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Problem } from '../platform/errors/problem.js';
import type { Principal, Request } from '../platform/http/request-context.js';
import type { Scope } from './scopes.js';
import { StaffTokens } from './staff-tokens.js';

const SCOPES_KEY = 'regain:scopes';
const PERSON_KEY = 'regain:person-only';

/** The caller needs one of these scopes. */
export const RequireScopes = (...scopes: Scope[]): MethodDecorator => SetMetadata(SCOPES_KEY, scopes);
/** The caller must be a person who signed in, never an API key (rule 10). */
export const PersonOnly = (): MethodDecorator => SetMetadata(PERSON_KEY, true);

/** Authenticates staff and machines. A route that names no scope is refused to everybody. */
@Injectable()
export class StaffGuard implements CanActivate {
  constructor(
    private readonly tokens: StaffTokens,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || token === '' || token.length > 8_192)
      throw new Problem('unauthenticated');
    const principal = await this.tokens.principal(token);
    assertAdmitted(principal, { reflector: this.reflector, context });
    request.principal = principal;
    return true;
  }
}

/** Whether a handler is open to a caller, whichever door they came in by. @throws Problem insufficient_scope, person_required */
export function assertAdmitted(principal: Principal, at: { reflector: Reflector; context: ExecutionContext }): void {
  const handler = at.context.getHandler();
  const needed = at.reflector.get<Scope[] | undefined>(SCOPES_KEY, handler) ?? [];
  if (!needed.some((scope) => principal.scopes.has(scope))) throw new Problem('insufficient_scope');
  if (at.reflector.get<boolean | undefined>(PERSON_KEY, handler) && principal.kind !== 'person')
    throw new Problem('person_required');
}

/** The caller a {@link StaffGuard} found. @throws Problem unauthenticated when there was no guard */
export function principalOf(request: Request): Principal {
  if (!request.principal) throw new Problem('unauthenticated');
  return request.principal;
}
