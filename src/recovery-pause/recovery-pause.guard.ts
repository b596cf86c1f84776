import { Injectable, type CanActivate } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { refuseWhilePaused } from './recovery-pauses.js';

/** For pages and calls that would lead into a recovery without writing anything the database refuses. */
@Injectable()
export class RecoveryPauseGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  /** @throws Problem recoveries_paused */
  async canActivate(): Promise<boolean> {
    await this.database.read(refuseWhilePaused);
    return true;
  }
}
