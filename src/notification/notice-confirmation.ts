import { Injectable } from '@nestjs/common';
import { CaseMovedOnError } from '../adjudication/adjudication.js';
import { ConfirmationAnswers, type AnswerOutcome } from '../adjudication/device/confirmation-answers.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { NoticeReader } from './notice-reader.js';

/** "It is me": the number of one's own screen, typed on the page of a question. No other notice can answer (T58). */
@Injectable()
export class NoticeConfirmation {
  constructor(
    private readonly database: Database,
    private readonly notices: NoticeReader,
    private readonly answers: ConfirmationAnswers,
  ) {}

  /** `number`: two digits. A wrong one is counted, whatever else happens. @throws Problem not_found */
  async confirm(noticeToken: string, number: string): Promise<AnswerOutcome> {
    try {
      return await this.database.transaction(async (tx) => {
        const notice = await this.notices.read(tx, noticeToken);
        if (notice?.event !== 'confirmation_needed') throw new Problem('not_found');
        const { caseId, attempt, noticeId } = notice;
        const actor: Actor = { kind: 'applicant', id: 'notice_reader' };
        return this.answers.answer(tx, { caseId, attempt, noticeId, number, actor });
      });
    } catch (error) {
      if (error instanceof CaseMovedOnError) return { kind: 'not_awaited' };
      throw error;
    }
  }
}
