import { sealWithRing } from '../../../src/platform/crypto/sealing.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { profileContext, recordContext } from '../../../src/directory/sealed-account.js';
import type { RehearsalCode } from '../../../src/rehearsal/rehearsal-codes.js';
import { generatePeople } from '../../../test/people/generate-people.js';
import { printed, type Person } from '../../../test/people/person.js';

/** Findings whose accounts are known beforehand; for each of them the sets have to be the same. */
export const PLANTED_CODES = [
  ...(['name_shared', 'birth_date_missing', 'address_missing', 'second_address_missing', 'record_missing'] as const),
  ...([
    'portrait_missing',
    'document_number_missing',
    'single_name',
    'strength_unknown',
    'script_without_table',
  ] as const),
  ...(['family_name_differs', 'given_name_differs', 'birth_date_differs', 'no_profile', 'account_disabled'] as const),
] as const satisfies readonly RehearsalCode[];

/** Which account of every hundred has what wrong with it. */
const WRONG: Readonly<Record<number, RehearsalCode>> = {
  20: 'birth_date_missing',
  21: 'address_missing',
  22: 'second_address_missing',
  23: 'record_missing',
  24: 'portrait_missing',
  25: 'document_number_missing',
  26: 'strength_unknown',
  27: 'single_name',
  28: 'script_without_table',
  29: 'family_name_differs',
  31: 'birth_date_differs',
  40: 'no_profile',
  41: 'account_disabled',
};
/** Of every hundred, a pair and three of one name and birth date: the place of the first. */
const FIRST_OF_GROUP: Readonly<Record<number, number>> = { 0: 0, 1: 0, 10: 10, 11: 10, 12: 10 };
const GROUP = 'everybody';
const BATCH = 1_000;
const MS_PER_DAY = 86_400_000;
/** A day of birth for each account, so that nobody shares one by chance. */
const FIRST_DAY = Date.UTC(1700, 0, 1);
const OTHER_DAYS = Date.UTC(1995, 0, 1);

interface Identity {
  givenName: string;
  familyName: string;
  birthDate?: string;
}

/** A directory of invented people in which it is known of every account what is wrong with it. */
export class PlantedDirectory {
  readonly ring = new KeyRing(KeyRing.generate('campaign'));
  readonly group = GROUP;
  readonly #planted = new Map<RehearsalCode, Set<string>>();

  constructor(
    private readonly seed: number,
    readonly size: number,
  ) {}

  planted(code: RehearsalCode): ReadonlySet<string> {
    return this.#planted.get(code) ?? new Set();
  }

  /** Writes them as provisioning would have left them, many at a time. */
  async fill(database: Database): Promise<void> {
    let batch: object[] = [];
    let first: Identity | undefined;
    let at = 0;
    for (const person of generatePeople(this.seed, this.size)) {
      const own = identityOf(person, at);
      const place = at % 100;
      if (FIRST_OF_GROUP[place] === place) first = own;
      const isCopy = FIRST_OF_GROUP[place] !== undefined && FIRST_OF_GROUP[place] !== place;
      batch.push(this.account({ person, at, identity: isCopy && first ? first : own }));
      at += 1;
      if (batch.length === BATCH || at === this.size) {
        await insert(database, batch);
        batch = [];
      }
    }
  }

  private account({ person, at, identity }: { person: Person; at: number; identity: Identity }): object {
    const id = `sub_${String(at).padStart(26, '0')}`;
    const place = at % 100;
    const wrong = WRONG[place];
    if (wrong) this.note(wrong, id);
    if (this.isShared(at)) this.note('name_shared', id);
    const recorded = altered(identity, wrong, at);
    // A single name that changed is both names changed.
    if (wrong === 'family_name_differs' && recorded.givenName === '-') this.note('given_name_differs', id);
    if (wrong !== 'single_name' && recorded.givenName === '-') this.note('single_name', id);
    const profile = {
      ...{ login: `person.${at}`, displayName: 'Person', ...recorded, phones: [], formerEmails: [] },
      ...inDirectory(recorded, wrong, at),
      emails: ['one@example.org', 'two@example.org'].slice(0, ADDRESSES[wrong ?? ''] ?? 2),
    };
    const attributes = {
      ...recorded,
      nationality: person.nationality,
      ...(wrong === 'document_number_missing'
        ? {}
        : { documentNumber: `${person.documentNumber}${at}`, issuingCountry: person.nationality }),
    };
    return {
      ...{
        id,
        groups: wrong === 'no_profile' ? [] : [GROUP],
        status: wrong === 'account_disabled' ? 'disabled' : 'active',
      },
      login: this.ring.digest('lookup', `login:person.${at}`).toString('hex'),
      level: wrong === 'strength_unknown' ? null : 'AAL2',
      profile: this.sealed(profile, profileContext(id)),
      record: wrong === 'record_missing' ? null : this.sealed(attributes, recordContext(id)),
      portrait: wrong === 'portrait_missing' ? null : `portraits/${at}`,
    };
  }

  /** The last group may be cut off by the directory's end. */
  private isShared(at: number): boolean {
    const first = FIRST_OF_GROUP[at % 100];
    return first !== undefined && Math.floor(at / 100) * 100 + first + 1 < this.size;
  }

  private note(code: RehearsalCode, id: string): void {
    this.#planted.set(code, (this.#planted.get(code) ?? new Set()).add(id));
  }

  private sealed(content: object, context: string): string {
    return sealWithRing(this.ring, Buffer.from(JSON.stringify(content)), context).toString('hex');
  }
}

const ADDRESSES: Readonly<Record<string, number>> = { address_missing: 0, second_address_missing: 1 };
const day = (from: number, at: number): string => new Date(from + at * MS_PER_DAY).toISOString().slice(0, 10);

const identityOf = (person: Person, at: number): Identity => ({
  givenName: printed(person.given) || '-',
  familyName: `${printed(person.family)}${person.suffix ? ` ${person.suffix}` : ''}`,
  birthDate: day(FIRST_DAY, at),
});

/** In letters that no other account has: one that lacks a birth date could otherwise be anybody of its name. */
const ownWord = (at: number): string =>
  `Q${[...String(at)].map((digit) => 'BCDFGHKLMP'.charAt(Number(digit))).join('a')}`;

function altered(identity: Identity, wrong: RehearsalCode | undefined, at: number): Identity {
  if (wrong === 'single_name') return { ...identity, givenName: '-' };
  if (wrong === 'script_without_table') return { ...identity, givenName: 'ნინო', familyName: 'ბერიძე' };
  if (wrong === 'birth_date_missing') return { givenName: `${ownWord(at)}en`, familyName: ownWord(at) };
  return identity;
}

function inDirectory(recorded: Identity, wrong: RehearsalCode | undefined, at: number): Partial<Identity> {
  if (wrong === 'family_name_differs') return { familyName: ownWord(at) };
  if (wrong === 'birth_date_differs') return { birthDate: day(OTHER_DAYS, at / 100) };
  return recorded.birthDate === undefined ? {} : { birthDate: recorded.birthDate };
}

async function insert(database: Database, batch: readonly object[]): Promise<void> {
  const rows = JSON.stringify(batch);
  await database.transaction(async (tx) => {
    await tx.run`INSERT INTO subjects (id, login_digest, profile_sealed, groups, privileged, status, assurance_level)
      SELECT id, decode(login, 'hex'), decode(profile, 'hex'), groups, false, status, level
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, login text, profile text, groups text[], status text, level text)`;
    await tx.run`INSERT INTO proofing_records (subject_id, level, evidence_kinds, proofed_at, attributes_sealed, portrait_object_key, portrait_key_sealed)
      SELECT id, 'IAL2', '{passport}', now(), decode(record, 'hex'), portrait, CASE WHEN portrait IS NOT NULL THEN ''::bytea END
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, record text, portrait text) WHERE record IS NOT NULL`;
  });
}
