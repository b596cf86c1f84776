import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { Problem } from '../platform/errors/problem.js';
import type { Request } from '../platform/http/request-context.js';
import { CONFIG } from '../platform/platform.module.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that may change something came from our own pages: `Origin` is one of ours, and the browser's own
 * word for it, `Sec-Fetch-Site`, agrees when it is sent (Fetch Metadata; ASVS 3.5.1). A request that carries cookies and
 * neither header is refused; one without cookies has no authority that another site could borrow.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  readonly #allowed: ReadonlySet<string>;

  constructor(@Inject(CONFIG) config: Config) {
    this.#allowed = new Set([config.PUBLIC_URL, ...config.rpOrigins]);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (SAFE_METHODS.has(request.method)) return true;
    const { origin, cookie } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (origin !== undefined && !this.#allowed.has(origin)) throw new Problem('origin_not_allowed');
    if (site !== undefined && site !== 'same-origin') throw new Problem('origin_not_allowed');
    if (origin === undefined && site === undefined && cookie !== undefined) throw new Problem('origin_not_allowed');
    return true;
  }
}
