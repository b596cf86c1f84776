import { Injectable } from '@nestjs/common';
import { Sensitive } from '../../providers/kit/index.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { mailboxOf } from './mailbox.js';
import { openAttributes, openProfile } from './sealed-account.js';
import type { AssuranceLevel, ProofedAttributes, ProofingRecord, Subject, SubjectProfile } from './subject.js';
import { COOL_OFF_DAYS, ENROLMENT_HOURS } from './cool-off.js';

/** An account with all that a recovery would ask of it, as it stands now. */
export interface WalkedAccount extends Pick<Subject, 'id' | 'groups' | 'recentGroups' | 'privileged' | 'status'> {
  profile: Sensitive<SubjectProfile>;
  /** Mailboxes behind the addresses that may carry a link today: a second way to write one of them is no second address. */
  usableMailboxes: number;
  /** Name or birth date changed during the last week (rule 10). */
  identityCoolingOff: boolean;
  /** What a recovery has to live up to (assurance-level.ts). */
  assuranceLevel: AssuranceLevel;
  strengthKnown: boolean;
  /** One that no end of its key takes away. */
  hasSavedCode: boolean;
  record?: Pick<ProofingRecord, 'level' | 'hasPortrait'> & {
    attributes: Sensitive<ProofedAttributes>;
    coolingOff: boolean;
  };
}

/** One that cannot be opened: its row was altered, or its key is gone from the ring. */
export type UnreadableAccount = Pick<WalkedAccount, 'id' | 'groups'>;

export interface WalkedPage {
  accounts: WalkedAccount[];
  unreadable: UnreadableAccount[];
  /** What the next page is behind; absent at the end. */
  last?: string;
}

interface WalkedRow extends Pick<
  WalkedAccount,
  'id' | 'groups' | 'recentGroups' | 'privileged' | 'status' | 'assuranceLevel' | 'identityCoolingOff'
> {
  profileSealed: Buffer;
  contactsCooling: boolean;
  strengthKnown: boolean;
  hasSavedCode: boolean;
  attributesSealed: Buffer | null;
  level: string;
  hasPortrait: boolean;
  recordCooling: boolean;
}

/**
 * Reads the whole directory in the order of its ids, a page at a time. One statement says what the single look-ups say.
 */
@Injectable()
export class AccountWalk {
  constructor(private readonly ring: KeyRing) {}

  /** Accounts there are. */
  async count(tx: Transaction): Promise<number> {
    return (await tx.one<{ count: number }>`SELECT count(*)::int AS count FROM subjects`).count;
  }

  /** Up to `limit` accounts behind the one named. One that cannot be opened keeps no other from being read. */
  async page(tx: Transaction, after: string, limit: number): Promise<WalkedPage> {
    const rows = await tx.many<WalkedRow>`
      SELECT s.id, s.groups, s.status, s.profile_sealed, counts_as_privileged(s) AS privileged, recent_groups(s) AS recent_groups,
        identity_cooling_off(s), s.assurance_level IS NOT NULL AS strength_known,
        GREATEST(COALESCE(s.assurance_level, 'AAL3'),
          CASE WHEN s.assurance_changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
            THEN s.assurance_level_before END) AS assurance_level,
        COALESCE(s.contacts_changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS}), false) AS contacts_cooling,
        EXISTS (SELECT 1 FROM saved_recovery_codes c WHERE c.subject_id = s.id AND c.ended_at IS NULL
          AND EXISTS (SELECT 1 FROM unnest(${this.keysThatLast()}::bytea[]) AS k(made_by)
            WHERE substr(c.code_digest, 1, octet_length(k.made_by)) = k.made_by)) AS has_saved_code,
        p.attributes_sealed, p.level, p.portrait_object_key IS NOT NULL AS has_portrait,
        p.changed_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
          AND (p.version > 1 OR p.changed_at > s.created_at + make_interval(hours => ${ENROLMENT_HOURS})) AS record_cooling
      FROM subjects s LEFT JOIN proofing_records p ON p.subject_id = s.id
      WHERE s.id > ${after} ORDER BY s.id LIMIT ${limit}`;
    const page: WalkedPage = { accounts: [], unreadable: [], last: rows.at(-1)?.id };
    for (const row of rows) {
      const account = this.opened(row);
      if (account) page.accounts.push(account);
      else page.unreadable.push({ id: row.id, groups: row.groups });
    }
    return page;
  }

  /** What keyed hashes begin with whose key was given no end. */
  private keysThatLast(): Buffer[] {
    return this.ring.lastingIds.map((id) => Buffer.from(`${id}.`, 'ascii'));
  }

  private opened(row: WalkedRow): WalkedAccount | undefined {
    try {
      return this.toAccount(row);
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }

  private toAccount(row: WalkedRow): WalkedAccount {
    const { id, groups, recentGroups, privileged, status, assuranceLevel, strengthKnown, hasSavedCode } = row;
    const { identityCoolingOff } = row;
    const profile = openProfile(this.ring, id, row.profileSealed);
    const { emails, addedEmails = [] } = profile.reveal();
    const usable = row.contactsCooling ? emails.filter((email) => !addedEmails.includes(email)) : emails;
    const record = row.attributesSealed && {
      attributes: openAttributes(this.ring, id, row.attributesSealed),
      level: row.level,
      hasPortrait: row.hasPortrait,
      coolingOff: row.recordCooling,
    };
    return {
      ...{ id, groups, recentGroups, privileged, status, assuranceLevel, strengthKnown, hasSavedCode, profile },
      usableMailboxes: new Set(usable.map(mailboxOf)).size,
      identityCoolingOff,
      ...(record ? { record } : {}),
    };
  }
}
