import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { limitProblem, Limits, type LimitName } from './limits.js';

/** Counts what one network address does, in a transaction of its own: a refused request counts too. */
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
    const outcome = await this.database.transaction((tx) => this.limits.take(tx, name, source));
    if (!outcome.allowed) throw limitProblem(outcome);
  }
}
