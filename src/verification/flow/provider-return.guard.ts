import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FlowGuard } from '../../flow-session/flow.guard.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Request } from '../../platform/http/request-context.js';
import { returnQuery } from './return-query.js';
import { StrayReturns } from './stray-return.js';

/**
 * Admits the browser of a flow. Any other one is refused as it would be anywhere, and noted if it brings a state of ours.
 * A person who looks at a page, and whose session ended while they were with the partner, is led on to the flow's own page,
 * which says so in words.
 */
@Injectable()
export class ProviderReturnGuard implements CanActivate {
  constructor(
    private readonly flow: FlowGuard,
    private readonly strays: StrayReturns,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.flow.canActivate(context);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'flow_ended') throw error;
      await this.noteStray(context);
      if (!looksAtPages(context)) throw error;
      return true;
    }
  }

  private async noteStray(context: ExecutionContext): Promise<void> {
    const request = context.switchToHttp().getRequest<Request>();
    const { provider = '' } = request.params as { provider?: string };
    await this.strays.note({ provider, state: returnQuery(request.query).state ?? '', request });
  }
}

const looksAtPages = (context: ExecutionContext): boolean =>
  /\btext\/html\b/.test(context.switchToHttp().getRequest<Request>().headers.accept ?? '');
