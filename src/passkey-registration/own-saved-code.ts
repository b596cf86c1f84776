import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { announceToHolder } from '../directory/announce-to-holder.js';
import { SavedCodes, type SavedCodeStatus } from '../recovery-codes/saved-codes.js';
import { Sessions, type Session } from './sessions.js';

type NewCode = Awaited<ReturnType<SavedCodes['replace']>>;

/**
 * Shows and renews the recovery code of the signed-in account, by the secret of its session. Nobody else can make one
 * for it, or see one.
 */
@Injectable()
export class OwnSavedCode {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly codes: SavedCodes,
  ) {}

  /** @throws Problem unauthenticated */
  async status(sessionSecret: string | undefined): Promise<SavedCodeStatus> {
    return this.database.read(async (tx) => {
      const { subjectId } = await this.signedIn(tx, sessionSecret);
      return this.codes.status(tx, subjectId);
    });
  }

  /**
   * A new one, soon after a sign-in; the one before it ends, and every address on file is told.
   * @throws Problem unauthenticated
   */
  async replace(sessionSecret: string | undefined): Promise<NewCode> {
    return this.database.transaction(async (tx) => {
      const session = await this.signedIn(tx, sessionSecret);
      if (!(await this.sessions.isRecent(tx, session)))
        throw new Problem('unauthenticated', {
          detail: 'The last sign-in is more than five minutes ago. Sign in again.',
        });
      const { subjectId } = session;
      const made = await this.codes.replace(tx, subjectId);
      await this.note(tx, subjectId, 'recovery_code.saved');
      await announceToHolder(tx, 'subject.recovery_code_saved', subjectId);
      return made;
    });
  }

  /** Its holder says that it is kept where the device is not. @throws Problem unauthenticated, wrong_state without a new one */
  async markKept(sessionSecret: string | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { subjectId } = await this.signedIn(tx, sessionSecret);
      if (!(await this.codes.markKept(tx, subjectId))) throw new Problem('wrong_state');
      await this.note(tx, subjectId, 'recovery_code.kept');
    });
  }

  private async note(tx: Transaction, subjectId: string, type: 'recovery_code.saved' | 'recovery_code.kept') {
    await appendAudit(tx, {
      chainId: `subject:${subjectId}`,
      type,
      actor: { kind: 'person', id: subjectId },
      data: {},
    });
  }

  private async signedIn(tx: Transaction, sessionSecret: string | undefined): Promise<Session> {
    const session = await this.sessions.find(tx, sessionSecret);
    if (!session) throw new Problem('unauthenticated');
    return session;
  }
}
