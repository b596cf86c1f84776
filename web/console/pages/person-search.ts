import { Injectable } from '@nestjs/common';
import { AccountIndex } from '../../../src/adjudication/accounts/account-index.js';
import { Database } from '../../../src/platform/database/database.js';
import { DeskAccounts } from '../../../src/recovery-request/desk-accounts.js';
import type { FoundPeople } from '../templates/index.js';

/** Who the help desk looks for, and what keeps somebody from being found: that nobody has it is said only where it is known. */
@Injectable()
export class PersonSearch {
  constructor(
    private readonly accounts: DeskAccounts,
    private readonly database: Database,
    private readonly index: AccountIndex,
  ) {}

  async search(text: string): Promise<FoundPeople> {
    const found = await this.accounts.search(text);
    const isByEmail = text.includes('@');
    if (found.people.length > 0 || found.hidden || !isByEmail) return found;
    const isBehind = await this.database.read((tx) => this.index.isBehind(tx));
    return isBehind ? { ...found, hidden: 'notIndexed' } : found;
  }
}
