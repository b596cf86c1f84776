import type { SeededRandom } from '../harness/seeded-random.js';
import { givenNamesLikeSuffixes } from '../../test/people/generate-people.js';
import { inOwnScript, printed, type Person } from '../../test/people/person.js';
import { claimsOf, inZoneLetters, PARTICLE, otherwiseSpelled, shownBy, withNames, withoutMarks } from './claims.js';
import type { Claims } from './matching-rules.js';
import { pairOf, type PairClass } from './pair-class.js';

type Sides = { record: Claims; document: Claims };

/** A class whose pairs are made from the full claims of one person; `change` gives back what it changed. */
function same(
  name: string,
  change: (sides: Sides, person: Person, random: SeededRandom) => Partial<Sides> | undefined,
  more: Pick<PairClass, 'limit'> = {},
): PairClass {
  return {
    name,
    samePerson: true,
    ...more,
    make(person, random) {
      const sides = { record: claimsOf(person), document: shownBy(person, random) };
      const changed = change(sides, person, random);
      return changed && pairOf(changed.record ?? sides.record, changed.document ?? sides.document);
    },
  };
}

/** One of the two sides is changed, whichever. */
const either = (sides: Sides, random: SeededRandom, change: (claims: Claims) => Claims): Partial<Sides> =>
  random.chance(0.5) ? { record: change(sides.record) } : { document: change(sides.document) };

const plainNames = same('as printed', () => ({}));

const nationalLetters = same('national letters in the zone', (sides, { given, family }, random) => {
  const name = `${printed(given)} ${printed(family)}`;
  if (inZoneLetters(name) === name.toUpperCase()) return undefined;
  const record = random.chance(0.3) ? withNames(sides.record, withoutMarks) : sides.record;
  return { record, document: withNames(sides.document, inZoneLetters) };
});

const ownScript = same('record in Cyrillic or Arabic', ({ record }, { given, family }) => {
  const [givenName, familyName] = [inOwnScript(given), inOwnScript(family)];
  return givenName && familyName ? { record: { ...record, givenName, familyName } } : undefined;
});

const romanisation = same('other romanisation', ({ record }, { given, family }, random) => {
  const [givenName, familyName] = [otherwiseSpelled(given, random), otherwiseSpelled(family, random)];
  const changed = givenName !== record.givenName || familyName !== record.familyName;
  return changed && given.length > 0 ? { record: { ...record, givenName, familyName } } : undefined;
});

const exchanged = same('given and family name exchanged', (sides, person, random) => {
  if (!person.familyFirst && person.culture !== 'Tamil') return undefined;
  return either(sides, random, ({ givenName, familyName, ...rest }) => ({
    ...rest,
    givenName: familyName,
    familyName: givenName,
  }));
});

/** Most go by their first name, some by their second. */
const secondGiven = same('a given name left out', (sides, { given }, random) => {
  const [first, second] = given;
  if (!first || !second) return undefined;
  const { print } = random.chance(0.85) ? first : second;
  return either(sides, random, (claims) => ({ ...claims, givenName: print }));
});

const oneSurname = same('one of two surnames', (sides, { family }, random) => {
  const [first, second] = family;
  if (!first || !second) return undefined;
  const familyName = random.chance(0.8) ? first.print : second.print;
  return either(sides, random, (claims) => ({ ...claims, familyName }));
});

const shortest = same('first given name and first surname', (sides, { given, family }, random) => {
  const [[first], [surname]] = [given, family];
  if (!first || !surname || given.length < 2 || family.length < 2) return undefined;
  return either(sides, random, (claims) => ({ ...claims, givenName: first.print, familyName: surname.print }));
});

const particles = same('particles joined, moved or left out', (sides, { family }, random) => {
  const name = printed(family);
  const particle = PARTICLE.exec(name)?.[0];
  if (particle === undefined) return undefined;
  const bare = name.slice(particle.length);
  return either(sides, random, (claims) => {
    const kind = random.below(3);
    if (kind === 0) return { ...claims, familyName: name.replace(/ /g, '') };
    if (kind === 1) return { ...claims, familyName: bare };
    return { ...claims, familyName: bare, givenName: `${claims.givenName ?? ''} ${particle.trim()}` };
  });
});

const hyphens = same('hyphen and apostrophe', (sides, { given, family }, random) => {
  if (!/['-]/.test(printed(given) + printed(family))) return undefined;
  const instead = random.pick([' ', '']);
  return either(sides, random, (claims) => withNames(claims, (name) => name.replace(/['-]/g, instead)));
});

const ROOM = { card: 30, passport: 39 };

const cutInZone = same('cut in the zone', ({ document }, _person, random) => {
  const {
    givenName = '',
    familyName = '',
    ...rest
  } = withNames(document, (name) => inZoneLetters(name).replace(/['.]/g, '').replace(/[ -]/g, '<'));
  const room = random.chance(0.7) ? ROOM.card : ROOM.passport;
  const field = `${familyName}<<${givenName}`;
  if (givenName === '' || field.length <= room) return undefined;
  const [family = '', given = ''] = field.slice(0, room).split('<<');
  const words = (text: string): string => text.replace(/</g, ' ').trim();
  return { document: { ...rest, givenName: words(given), familyName: words(family) } };
});

const likeSuffix = same('given name that is a suffix elsewhere', (sides, { given: [first], culture }, random) => {
  const second = first && givenNamesLikeSuffixes(culture).at(random.below(2));
  if (!second || second.print === first.print) return undefined;
  const givenName = `${first.print} ${second.print}`;
  const change = random.pick([withoutMarks, inZoneLetters]);
  return { record: { ...sides.record, givenName }, document: withNames({ ...sides.document, givenName }, change) };
});

const nickname = same('nickname in the directory', ({ record }, { given }, random) => {
  const [first, ...others] = given;
  if (!first || first.nicknames.length === 0) return undefined;
  const rest = random.chance(0.5) ? others.map(({ print }) => print) : [];
  return { record: { ...record, givenName: [random.pick(first.nicknames), ...rest].join(' ') } };
});

const initials = same('initials', (sides, { given }, random) => {
  const [first, second] = given;
  if (!first || !second) return undefined;
  const dot = random.pick(['.', '']);
  const short = random.chance(0.5)
    ? `${first.print} ${second.print.charAt(0)}${dot}`
    : `${first.print.charAt(0)}${dot} ${second.print.charAt(0)}${dot}`;
  return either(sides, random, (claims) => ({ ...claims, givenName: short }));
});

const suffix = same('suffix of generation', (sides, { family, suffix: own }, random) => {
  if (own === undefined) return undefined;
  return either(sides, random, (claims) => {
    if (random.chance(0.5)) return { ...claims, familyName: printed(family) };
    return { ...claims, familyName: printed(family), givenName: `${claims.givenName ?? ''} ${own.replace('.', '')}` };
  });
});

const married = same('former name on record', (sides, { female, family, culture }, random) => {
  if (!female || family.length > 1 || culture === 'Indonesian' || !/^\p{Script=Latin}/u.test(printed(family))) {
    return undefined;
  }
  const former = random.pick(['Birnbaum', 'Lindqvist', 'Okafor', 'Castellano', 'Petrescu', 'Whitfield']);
  return {
    record: { ...sides.record, formerNames: [{ familyName: former }] },
    document: { ...sides.document, familyName: former.toUpperCase() },
  };
});

const oneName = same('a single name', ({ record, document }, { given, family }, random) => {
  if (given.length > 0) return undefined;
  const name = printed(family);
  const forms: Partial<Claims>[] = [
    { familyName: name },
    { familyName: name, givenName: name },
    { familyName: name, givenName: 'XXX' },
    { familyName: undefined, givenName: name },
  ];
  return { record: { ...record, ...random.pick(forms) }, document: { ...document, ...random.pick(forms) } };
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One letter left out, doubled, exchanged or swapped, anywhere in the name. */
function slipped(name: string, random: SeededRandom): string {
  const at = random.below(name.length);
  const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
  const kind = random.below(4);
  if (kind === 0) return before + after;
  if (kind === 1) return before + letter + letter + after;
  if (kind === 2) return before + random.pick([...LETTERS]) + after;
  return before + after.charAt(0) + letter + after.slice(1);
}

const slip = same('slip of the pen in the directory', ({ record }, _person, random) => {
  const { givenName = '', familyName = '' } = record;
  const inGiven = random.below(givenName.length + familyName.length) < givenName.length;
  const changed = inGiven ? { givenName: slipped(givenName, random) } : { familyName: slipped(familyName, random) };
  const before = `${givenName}|${familyName}`;
  const after = `${changed.givenName ?? givenName}|${changed.familyName ?? familyName}`;
  return before === after ? undefined : { record: { ...record, ...changed } };
});

const partialDate = same('birth date without its day', ({ record, document }) => {
  const birthDate = `${record.birthDate.slice(0, 8)}00`;
  return { record: { ...record, birthDate }, document: { ...document, birthDate } };
});

const marriedUnproven = same(
  'married, and nothing on record',
  (sides, { female, family }, random) => {
    if (!female || family.length > 1) return undefined;
    const name = random.pick(['BIRNBAUM', 'LINDQVIST', 'OKAFOR', 'CASTELLANO']);
    return { document: { ...sides.document, familyName: name } };
  },
  { limit: true },
);

export const SAME_PERSON: readonly PairClass[] = [
  ...[plainNames, nationalLetters, ownScript, romanisation, exchanged, secondGiven, oneSurname, shortest, particles],
  ...[hyphens, cutInZone, nickname, initials, suffix, likeSuffix, married, oneName, slip, partialDate, marriedUnproven],
];
