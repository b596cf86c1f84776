import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from '../platform/http/request-context.js';
import { flowOf } from './flow.guard.js';
import { FormTokens } from './form-tokens.js';

export const TOKEN_AMONG_PARTS = 'regain:form-token-among-parts';

/** A form in parts, e.g. with a photo: its handler reads them and holds the token against {@link FormTokens} itself. */
export const TokenAmongParts = (): MethodDecorator => SetMetadata(TOKEN_AMONG_PARTS, true);

/** Behind `FlowGuard`, on pages: whatever a form of the person's posts brings its own session's token (T22). */
@Injectable()
export class FlowFormGuard implements CanActivate {
  constructor(
    private readonly tokens: FormTokens,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method !== 'POST' || this.reflector.get(TOKEN_AMONG_PARTS, context.getHandler())) return true;
    this.tokens.assertIn(request.body, flowOf(request).sessionId);
    return true;
  }
}
