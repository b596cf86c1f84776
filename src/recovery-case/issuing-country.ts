/** ISO 3166-1: every officially assigned alpha-2 code with its alpha-3 code behind it; last, Kosovo as Doc 9303 has it. */
const CODES =
  'ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES ' +
  'BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA ' +
  'DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS ' +
  'GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA ' +
  'KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ ' +
  'MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM ' +
  'PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV ' +
  'SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR ' +
  'VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE XKRKS';

const ALPHA_3: ReadonlyMap<string, string> = new Map(
  CODES.split(' ').map((pair) => [pair.slice(0, 2), pair.slice(2)] as const),
);

/** The alpha-3 code of an issuing country as the person chose it, in two letters or three; unknown codes stay. */
export function alpha3Of(code: string): string {
  return ALPHA_3.get(code) ?? code;
}

/**
 * What ICAO Doc 9303-3, section 5, writes otherwise than ISO 3166-1: Germany, Kosovo, and kinds of British nationals.
 * `XKX` is what many write for Kosovo.
 */
const OTHER_CODES: ReadonlyMap<string, string> = new Map([
  ['D', 'DEU'],
  ['XKX', 'RKS'],
  ...['GBD', 'GBN', 'GBO', 'GBP', 'GBS'].map((code) => [code, 'GBR'] as const),
]);

/** Codes that name no state: stateless, refugee, unspecified (part E of the section). */
const NO_STATE: ReadonlySet<string> = new Set(['XXA', 'XXB', 'XXC', 'XXX']);

/** A code with its fillers and a little space. */
const LONGEST_TEXT = 8;

/** Codes that mean the same state as another one. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([['RKS', 'XKX']]);

/**
 * The codes in three letters under which a list may name an issuer: its state's, and its own where that is of a kind. A list
 * that names GBD names no other British document. None for what names no state. Pure and total.
 */
export function codesNaming(text: unknown): readonly string[] {
  const issuer = issuerOf(text);
  if (issuer === undefined || typeof text !== 'string') return [];
  const own = text.toUpperCase().replace(/[<\s]/g, '');
  return [issuer, SYNONYMS.get(issuer), own].filter((code) => code?.length === 3).map(String);
}

/**
 * The issuing state (or a nationality) in three letters, the same for every way in which a person, a partner, a record or
 * a machine readable zone writes it: `DE`, `de`, `D<<`, `DEU`. Undefined for what names no state. Pure and total.
 */
export function issuerOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_TEXT || !/^[A-Za-z<\s]*$/.test(text)) return undefined;
  const code = text.toUpperCase().replace(/[<\s]/g, '');
  const issuer = OTHER_CODES.get(code) ?? alpha3Of(code);
  return issuer.length === 3 && !NO_STATE.has(issuer) ? issuer : undefined;
}

const STATES: ReadonlySet<string> = new Set(ALPHA_3.values());

/**
 * The same where a state gave the document out. Undefined for an organisation (the United Nations' UNO, UNA and UNK, EUE,
 * XPO, XOM and their like, ICAO Doc 9303-3, section 5), whose documents name no state of their holder. Pure and total.
 */
export function issuingStateOf(text: unknown): string | undefined {
  const issuer = issuerOf(text);
  return issuer !== undefined && STATES.has(issuer) ? issuer : undefined;
}
