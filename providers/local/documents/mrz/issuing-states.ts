/**
 * Codes of states and organisations as machine-readable zones carry them: ICAO Doc 9303-3 (8th edition), section 5.
 * Those are the alpha-3 codes of ISO 3166-1, except that Germany is `D`; then the British and the United Nations' codes,
 * organisations that issue documents, `UTO` of specimens, and `RKS`, which Kosovo's documents carry.
 */
const STATES =
  'ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR ' +
  'BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP ' +
  'CZE DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB ' +
  'GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ ' +
  'KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI ' +
  'MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN ' +
  'PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM ' +
  'SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI ' +
  'URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE ' +
  'D GBD GBN GBO GBP GBS RKS EUE UNO UNA UNK UTO XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO';

/** Codes for people without a nationality: stateless, refugees of two kinds, unspecified. They issue nothing. */
const NO_NATIONALITY = 'XXA XXB XXC XXX';

const ISSUERS: ReadonlySet<string> = new Set(STATES.split(' '));
const NATIONALITIES: ReadonlySet<string> = new Set([...ISSUERS, ...NO_NATIONALITY.split(' ')]);

/** Three characters of the zone, fillers included. */
export const isIssuer = (code: string): boolean => ISSUERS.has(withoutFillers(code));
export const isNationality = (code: string): boolean => NATIONALITIES.has(withoutFillers(code));

/** The alpha-3 code of ISO 3166-1 where there is one: Germany's `D` is `DEU`, the kinds of British nationals are `GBR`. */
export function alpha3Of(code: string): string {
  if (code === 'D') return 'DEU';
  return /^GB[DNOPS]$/.test(code) ? 'GBR' : code;
}

/** Fillers at the end only: `D<<` is `D`, `<D<` is nothing. */
function withoutFillers(code: string): string {
  return code.endsWith('<<') ? code.slice(0, -2) : code;
}
