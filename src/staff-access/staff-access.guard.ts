import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
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

/** Who a handler is open to, as it was declared. */
export interface Admission {
  scopes: readonly Scope[];
  personOnly: boolean;
}

export const admissionOf = (handler: object): Admission => ({
  scopes: (Reflect.getMetadata(SCOPES_KEY, handler) as Scope[] | undefined) ?? [],
  personOnly: Reflect.getMetadata(PERSON_KEY, handler) === true,
});

/** Authenticates staff and machines. A route that names no scope is refused to everybody. */
@Injectable()
export class StaffGuard implements CanActivate {
  constructor(private readonly tokens: StaffTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    request.wantsBearer = true;
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || token === '' || token.length > 8_192)
      throw new Problem('unauthenticated');
    const principal = await this.tokens.principal(token);
    assertAdmitted(principal, context.getHandler());
    request.principal = principal;
    return true;
  }
}

/** Whether a handler is open to a caller, whichever door they came in by. @throws Problem insufficient_scope, person_required */
export function assertAdmitted(principal: Principal, handler: object): void {
  const { scopes, personOnly } = admissionOf(handler);
  if (!scopes.some((scope) => principal.scopes.has(scope))) throw new Problem('insufficient_scope');
  if (personOnly && principal.kind !== 'person') throw new Problem('person_required');
}

/** The caller a {@link StaffGuard} found. @throws Problem unauthenticated when there was no guard */
export function principalOf(request: Request): Principal {
  if (!request.principal) throw new Problem('unauthenticated');
  return request.principal;
}
