import type { NameForms } from './person.js';

/** How names are made where somebody comes from, and some that are common there. */
export interface Culture {
  name: string;
  /** ICAO Doc 9303-3, section 5. */
  nationality: string;
  male: readonly NameForms[];
  female: readonly NameForms[];
  families: readonly NameForms[];
  /** Other forms of a family name for women, where the grammar asks for them. */
  femaleFamilies?: readonly NameForms[];
  /** How often somebody has a second given name. */
  secondGivenName: number;
  /** `two_surnames`: one of each parent. `middle_name`: the father's name after the given one. */
  pattern: 'plain' | 'two_surnames' | 'parent_name' | 'middle_name' | 'mononym';
  /** Written before the given name at home, and after it abroad. */
  familyFirst: boolean;
  /** How often a son carries a suffix of generation. */
  suffixes: number;
}

/** `Сергей=Sergei/Sergey, William~Bill~Will`: one name per comma, spellings by stroke, nicknames by tilde. */
export function listed(text: string): readonly NameForms[] {
  return text.split(',').map((entry) => {
    const [spellings = '', ...nicknames] = entry.trim().split('~');
    const [left = '', right] = spellings.split('=');
    const [print = '', ...otherSpellings] = (right ?? left).split('/');
    return { print, otherSpellings, nicknames, ...(right === undefined ? {} : { native: left }) };
  });
}

type Given = Pick<Culture, 'name' | 'nationality'> &
  Partial<Pick<Culture, 'secondGivenName' | 'pattern' | 'familyFirst' | 'suffixes'>> & {
    male: string;
    female: string;
    families: string;
    femaleFamilies?: string;
  };

export function culture({ male, female, families, femaleFamilies, ...rest }: Given): Culture {
  return {
    secondGivenName: 0,
    pattern: 'plain',
    familyFirst: false,
    suffixes: 0,
    ...rest,
    male: listed(male),
    female: listed(female),
    families: listed(families),
    ...(femaleFamilies === undefined ? {} : { femaleFamilies: listed(femaleFamilies) }),
  };
}
