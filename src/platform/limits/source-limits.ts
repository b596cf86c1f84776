import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { assertAllowed, Limits, type LimitName } from './limits.js';

/** Counts what one network address does, by itself: a refused request counts too. */
@Injectable()
export class SourceLimits {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
  ) {}

  /** @throws Problem too_many_requests */
  async take(
    name: Extract<LimitName, 'options_per_source' | 'secret_guess_per_source'>,
    source: string,
  ): Promise<void> {
    assertAllowed(await this.limits.takeAlone(this.database, { name, key: source }));
  }
}
