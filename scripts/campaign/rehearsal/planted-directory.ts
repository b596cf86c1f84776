import { sealWithRing } from '../../../src/platform/crypto/sealing.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { profileContext, recordContext } from '../../../src/directory/sealed-account.js';
import type { RehearsalCode } from '../../../src/rehearsal/rehearsal-codes.js';
import { generatePeople } from '../../../test/people/generate-people.js';
import { printed, type Person } from '../../../test/people/person.js';

/** Findings whose accounts are known beforehand; for each of them the sets have to be the same. */
export const PLANTED_CODES = [
  ...(['name_shared', 'document_shared', 'birth_date_missing', 'birth_date_partial', 'not_told_apart'] as const),
  ...(['address_missing', 'second_address_missing', 'record_missing'] as const),
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
  51: 'birth_date_missing',
  53: 'birth_date_partial',
  57: 'document_shared',
};
/** Of every hundred, the second of two that collide, and what is wrong with the first because of it. */
const COLLIDES: Readonly<Record<number, RehearsalCode | undefined>> = {
  // One of them has no birth date, or none to the day, and the other one's names in another order.
  51: 'name_shared',
  53: 'name_shared',
  // One name and birth date, and neither portrait nor number.
  55: 'not_told_apart',
  // One document: it is the first one's.
  57: undefined,
};
const PARTIAL_DAY = '00';
/** Of every hundred, a pair and three of one name and birth date: the place of the first. */
const FIRST_OF_GROUP: Readonly<Record<number, number>> = { 0: 0, 1: 0, 10: 10, 11: 10, 12: 10 };
/** Whoever's script no table covers is told from nobody whose birth date is not known. */
const ANY_SCRIPT = 28;
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
      const place = at % 100;
      const own = isOfPair(place) ? pairIdentity(at) : identityOf(person, at);
      if (FIRST_OF_GROUP[place] === place) first = own;
      const isCopy = FIRST_OF_GROUP[place] !== undefined && FIRST_OF_GROUP[place] !== place;
      this.notePair(at);
      batch.push(this.account({ person, at, identity: isCopy && first ? first : own }));
      at += 1;
      if (batch.length === BATCH || at === this.size) {
        await insert(database, batch);
        batch = [];
      }
    }
  }

  private account({ person, at, identity }: { person: Person; at: number; identity: Identity }): object {
    const id = idOf(at);
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
      ...(wrong === 'document_number_missing' || isIndistinct(place) ? {} : documentOf(person, at)),
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
      portrait: wrong === 'portrait_missing' || isIndistinct(place) ? null : `portraits/${at}`,
    };
  }

  /** The last group may be cut off by the directory's end. */
  private isShared(at: number): boolean {
    const first = FIRST_OF_GROUP[at % 100];
    if (at % 100 === ANY_SCRIPT) return true;
    return first !== undefined && Math.floor(at / 100) * 100 + first + 1 < this.size;
  }

  /** With the second of two; the directory's end may have left the first alone. */
  private notePair(at: number): void {
    const place = at % 100;
    if (isIndistinct(place))
      for (const code of ['portrait_missing', 'document_number_missing'] as const) this.note(code, idOf(at));
    const code = COLLIDES[place];
    if (code) this.note(code, idOf(at - 1));
    if (code !== 'not_told_apart') return;
    this.note(code, idOf(at));
    for (const one of [at - 1, at]) this.note('name_shared', idOf(one));
  }

  private note(code: RehearsalCode, id: string): void {
    this.#planted.set(code, (this.#planted.get(code) ?? new Set()).add(id));
  }

  private sealed(content: object, context: string): string {
    return sealWithRing(this.ring, Buffer.from(JSON.stringify(content)), context).toString('hex');
  }
}

const idOf = (at: number): string => `sub_${String(at).padStart(26, '0')}`;
const isSecond = (place: number): boolean => place in COLLIDES;
const isOfPair = (place: number): boolean => isSecond(place) || isSecond(place + 1);
/** Nothing but the name says who it is. */
const isIndistinct = (place: number): boolean => place === 54 || place === 55;

/** Two of one name that nobody else has, on one day; the document of the last two is one as well. */
function pairIdentity(at: number): Identity {
  const first = isSecond(at % 100) ? at - 1 : at;
  const [givenName, familyName] = [`${ownWord(first)}en`, ownWord(first)];
  const own = { givenName, familyName, birthDate: day(FIRST_DAY, at) };
  if (at === first) return own;
  const exchanged = { givenName: familyName, familyName: givenName };
  switch (at % 100) {
    case 51:
      return exchanged;
    case 53:
      return { ...exchanged, birthDate: `${day(FIRST_DAY, at).slice(0, -2)}${PARTIAL_DAY}` };
    case 55:
      return { ...own, birthDate: day(FIRST_DAY, first) };
    default:
      return { ...own, givenName: `${ownWord(at)}en`, familyName: ownWord(at) };
  }
}

/** The second of the two has the first one's. */
const documentOf = ({ nationality, documentNumber }: Person, at: number): object =>
  at % 100 === 56 || at % 100 === 57
    ? { documentNumber: `SHARED${at - (at % 100)}`, issuingCountry: 'GBR' }
    : { documentNumber: `${documentNumber}${at}`, issuingCountry: nationality };

const ADDRESSES: Readonly<Record<string, number>> = { address_missing: 0, second_address_missing: 1 };
const day = (from: number, at: number): string => new Date(from + at * MS_PER_DAY).toISOString().slice(0, 10);

const identityOf = (person: Person, at: number): Identity => ({
  givenName: printed(person.given) || '-',
  familyName: `${printed(person.family)}${person.suffix ? ` ${person.suffix}` : ''}`,
  birthDate: day(FIRST_DAY, at),
});

/** In letters that no other account has: one that lacks a birth date could otherwise be anybody of its name. */
const ownWord = (at: number): string =>
  `Q${[...String(at)].map((digit) => 'BDFLMNPRSZ'.charAt(Number(digit))).join('a')}`;

function altered(identity: Identity, wrong: RehearsalCode | undefined, at: number): Identity {
  if (wrong === 'single_name') return { ...identity, givenName: '-' };
  if (wrong === 'script_without_table') return { ...identity, givenName: 'ნინო', familyName: 'ბერიძე' };
  if (wrong === 'birth_date_missing' && !isOfPair(at % 100))
    return { givenName: `${ownWord(at)}en`, familyName: ownWord(at) };
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
