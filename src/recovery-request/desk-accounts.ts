import { Injectable } from '@nestjs/common';
import type { SubjectView } from '../directory/subject.schemas.js';
import { Login, SubjectId } from '../directory/subject.schemas.js';
import { maskEmail } from '../directory/masking.js';
import { hasEmail, idsByEmail, MOST_SHARED } from '../directory/subject-emails.js';
import type { Subject } from '../directory/subject.js';
import { subjectView } from '../directory/subject-view.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { isPrivileged } from '../policy/policy.js';
import { isTerminal } from '../recovery-case/case-states.js';
import { CaseViews } from './case-view.js';
import type { CaseView } from './case.schemas.js';
import { type Account, type Obstacle, RecoverableAccounts } from './recoverable-accounts.js';

/** Ways of a link that the help desk can choose from: SMS has no gateway yet. */
export const DESK_CHANNELS = ['email', 'relay'] as const;
export type DeskChannel = (typeof DESK_CHANNELS)[number];

/** An account as an agent sees it who is about to open a case. */
export interface DeskAccount {
  subject: SubjectView;
  /** Where a link would be mailed to, masked: the first that takes it. */
  mailedTo: string[];
  channels: DeskChannel[];
  /** Why there is no channel at all. */
  obstacle?: Obstacle;
  /** A second person has to let it start. */
  waitsForSecondPerson: boolean;
  /** Its case that is not over: there is one at most. */
  openCase?: CaseView;
}

/** What a search found, and why it may not be everybody. */
export interface FoundAccounts {
  people: SubjectView[];
  /** Some cannot be opened, or they are more than are shown. */
  hidden?: 'unreadable' | 'more';
}

/** Finds accounts for the help desk, by what matches exactly, and says what could be opened for them. */
@Injectable()
export class DeskAccounts {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
    private readonly caseViews: CaseViews,
    private readonly accounts: RecoverableAccounts,
  ) {}

  /**
   * Everybody whose login, employee id, address on file or id this is, to the letter: one person's login may be another one's
   * number, and several may share a mailbox. One that cannot be opened hides no other.
   */
  async search(text: string): Promise<FoundAccounts> {
    return this.database.read(async (tx) => {
      const ids = text.includes('@') ? await idsByEmail(tx, this.ring, text) : [];
      const found = [
        SubjectId.safeParse(text).success ? await orUnreadable(this.subjects.find(tx, text)) : undefined,
        Login.safeParse(text).success ? await orUnreadable(this.subjects.findByLogin(tx, text)) : undefined,
        await orUnreadable(this.subjects.findByEmployeeId(tx, text)),
      ];
      for (const id of ids.slice(0, MOST_SHARED))
        found.push(whoHas(text, await orUnreadable(this.subjects.find(tx, id))));
      const views = new Map<string, SubjectView>();
      for (const subject of found)
        if (subject && subject !== 'unreadable' && !views.has(subject.id))
          views.set(subject.id, await subjectView(tx, subject));
      const hidden = found.includes('unreadable') ? 'unreadable' : ids.length > MOST_SHARED ? 'more' : undefined;
      return { people: [...views.values()], ...(hidden ? { hidden } : {}) };
    });
  }

  /** One account, with what its opening would be asked by the very same rules. @throws Problem not_found */
  async one(subjectId: string, staff: Principal): Promise<DeskAccount> {
    return this.database.read(async (tx) => {
      const account = await this.accounts.find(tx, { id: subjectId });
      if (!account) throw new Problem('not_found');
      const { subject, addresses } = account;
      const obstacles = DESK_CHANNELS.map((channel) => this.accounts.obstacleTo(account, { channel, staff }));
      const channels = DESK_CHANNELS.filter((_channel, at) => obstacles[at] === undefined);
      const openCase = await this.openCaseOf(tx, subjectId);
      return {
        subject: await subjectView(tx, subject),
        mailedTo: addresses.map(maskEmail),
        channels,
        ...(channels.length === 0 && obstacles[0] ? { obstacle: obstacles[0] } : {}),
        waitsForSecondPerson: waitsForSecondPerson(account),
        ...(openCase ? { openCase } : {}),
      };
    });
  }

  private async openCaseOf(tx: Transaction, subjectId: string): Promise<CaseView | undefined> {
    const { data } = await this.caseViews.list(tx, { subjectId, limit: 1 });
    return data.find(({ state }) => !isTerminal(state));
  }
}

type Opened = Subject | 'unreadable' | undefined;

async function orUnreadable(found: Promise<Subject | undefined>): Promise<Opened> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof SealBrokenError) return 'unreadable';
    throw error;
  }
}

/** Keeps an account that once had the address only if it still has it; one that cannot be opened stays unreadable. */
function whoHas(email: string, subject: Opened): Opened {
  if (subject === undefined || subject === 'unreadable') return subject;
  return hasEmail(subject.profile.reveal().emails, email) ? subject : undefined;
}

function waitsForSecondPerson({ subject, policyFor }: Account): boolean {
  const policy = policyFor(subject.groups)?.document;
  return policy !== undefined && policy.authorization.privilegedNeedsSecondPerson && isPrivileged(policy, subject);
}
