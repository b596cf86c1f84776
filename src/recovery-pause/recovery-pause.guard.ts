import { Injectable, type CanActivate } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { pausedProblem } from '../platform/errors/paused.js';
import { recoveriesPaused } from './recovery-pauses.js';

/** For pages and calls that would lead into a recovery without writing anything the database refuses. */
@Injectable()
export class RecoveryPauseGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  /** @throws Problem recoveries_paused */
  async canActivate(): Promise<boolean> {
    if (await this.database.read(recoveriesPaused)) throw pausedProblem();
    return true;
  }
}
