/** Where people are named how: by nationality, alpha-3 as in ICAO Doc 9303-3, section 5. */
const states = (codes: string): ReadonlySet<string> => new Set(codes.split(/\s+/));

const TWO_SURNAMES = states(
  'ESP PRT BRA AGO MOZ CPV GNB STP TLS MEX GTM HND SLV NIC CRI PAN CUB DOM PRI COL VEN ECU PER BOL CHL ARG URY PRY GNQ PHL',
);
const FROM_CYRILLIC = states('RUS UKR BLR BGR SRB MNE MKD BIH KAZ KGZ TJK UZB TKM AZE MDA MNG');
const FROM_UKRAINIAN = states('UKR BLR');
const FROM_ARABIC = states(
  'EGY SAU ARE QAT KWT BHR OMN YEM IRQ SYR LBN JOR PSE LBY TUN DZA MAR MRT SDN SOM DJI COM TCD IRN AFG PAK',
);
const ONE_NAME = states('IDN IND LKA MMR AFG PAK BTN BGD NPL MYS SGP MNG TLS FJI MUS SOM');

/** Which rules a person's states give leave for. Nothing known, nothing allowed. */
export interface NamingCustoms {
  /** Father's and mother's surname, of which records and documents often have one. */
  twoSurnames: boolean;
  fromCyrillic: boolean;
  fromUkrainian: boolean;
  fromArabic: boolean;
  /** Some people have a single name. */
  oneName: boolean;
}

/** @param nationalities alpha-3, of record and evidence, as far as they are known */
export function customsOf(nationalities: readonly (string | undefined)[]): NamingCustoms {
  const any = (group: ReadonlySet<string>): boolean =>
    nationalities.some((state) => state !== undefined && group.has(state));
  return {
    twoSurnames: any(TWO_SURNAMES),
    fromCyrillic: any(FROM_CYRILLIC),
    fromUkrainian: any(FROM_UKRAINIAN),
    fromArabic: any(FROM_ARABIC),
    oneName: any(ONE_NAME),
  };
}
