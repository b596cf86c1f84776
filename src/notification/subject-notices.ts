import { Inject, Injectable } from '@nestjs/common';
import { Subjects } from '../directory/subjects.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { CONFIG } from '../platform/platform.module.js';
import { MailSender } from './mail-sender.js';

/** What about an account can change in a way its holder has to hear of, whoever changed it (rule 10, T48). */
export const SUBJECT_CHANGES = [
  'contacts',
  'identity',
  'proofing_record_added',
  'proofing_record',
  'recovery_code_saved',
  'recovery_code_used',
] as const;
export type SubjectChange = (typeof SUBJECT_CHANGES)[number];

const NOT_USED_YET = 'It is not used for getting an account back during the next seven days.';

/** What happened, and what follows from it. */
const HAPPENED: Record<SubjectChange, readonly [string, string]> = {
  contacts: ['The addresses on file for your account were changed.', NOT_USED_YET],
  identity: ['The name or birth date on file for your account was changed.', NOT_USED_YET],
  proofing_record_added: [
    'A record of how you proved who you are was added to your account.',
    'Unless your account is new, it is not used for getting it back during the next seven days.',
  ],
  proofing_record: ['The record of how you proved who you are was changed.', NOT_USED_YET],
  recovery_code_saved: [
    'A new recovery code was made for your account by somebody who was signed in.',
    'Earlier recovery codes have stopped working.',
  ],
  recovery_code_used: [
    'Your recovery code was used in a request to reset how you sign in.',
    'It cannot be used again. When you are signed in, make a new one.',
  ],
};

/** Tells every address on file, old ones too. At least once: a job that runs again tells again. */
@Injectable()
export class SubjectNotices {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly mail: MailSender,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Error when a mail was not taken over */
  async send(subjectId: string, change: SubjectChange): Promise<void> {
    const addresses = await this.database.read(async (tx) => {
      const subject = await this.subjects.find(tx, subjectId);
      return subject ? this.subjects.addressesToTell(tx, subject) : [];
    });
    for (const to of addresses) await this.mail.send({ to, ...this.text(change) });
  }

  private text(change: SubjectChange): { subject: string; text: string } {
    const { ORGANISATION_NAME: organisation, HELP_DESK_CONTACT: helpDesk } = this.config;
    const [happened, follows] = HAPPENED[change];
    const when = `${this.clock.now().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    return {
      subject: `${organisation}: something about your account was changed`,
      text: [happened, '', `When: ${when}`, follows, '', `If you did not expect this, tell ${helpDesk} now.`].join(
        '\n',
      ),
    };
  }
}
