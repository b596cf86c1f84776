import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { SessionRef } from '../session/verification-session.js';
import { DueLooks } from './due-looks.js';
import { FetchAftermath } from './fetch-aftermath.js';
import { ProviderLook } from './provider-look.js';

/**
 * Asks a provider for the truth about one session (rule 3). It may run twice, or wake up after its case has closed:
 * what it may change is decided again, under the case's lock, after the answer is here (rule 2).
 */
@Injectable()
export class ResultCollector {
  constructor(
    private readonly database: Database,
    private readonly due: DueLooks,
    private readonly look: ProviderLook,
    private readonly aftermath: FetchAftermath,
  ) {}

  async collect(ref: SessionRef): Promise<void> {
    const due = await this.database.transaction((tx) => this.due.take(tx, ref));
    if (due) await this.aftermath.apply(due.session, await this.look.ask(due));
  }
}
