/**
 * Arabic letters in the machine-readable zone: ICAO Doc 9303-3 (8th edition), section 6.C. Vowel signs and four obsolete
 * letters are not encoded. Veh and its neighbour are from appendix B.
 */
export const ARABIC_LETTERS: Readonly<Record<string, string>> = {
  ...{ ء: 'XE', آ: 'XAA', أ: 'XAE', ؤ: 'U', إ: 'I', ئ: 'XI', ا: 'A', ب: 'B', ة: 'XTA', ت: 'T', ث: 'XTH', ج: 'J' },
  ...{ ح: 'XH', خ: 'XKH', د: 'D', ذ: 'XDH', ر: 'R', ز: 'Z', س: 'S', ش: 'XSH', ص: 'XSS', ض: 'XDZ', ط: 'XTT' },
  ...{ ظ: 'XZZ', ع: 'E', غ: 'G', ف: 'F', ق: 'Q', ك: 'K', ل: 'L', م: 'M', ن: 'N', ه: 'H', و: 'W', ى: 'XAY', ي: 'Y' },
  ...{ ٱ: 'XXA', ٹ: 'XXT', ټ: 'XRT', پ: 'P', ځ: 'XKE', څ: 'XXH', چ: 'XC', ڈ: 'XXD', ډ: 'XDR', ڑ: 'XXR', ړ: 'XRR' },
  ...{ ږ: 'XRX', ژ: 'XJ', ښ: 'XXS', ک: 'XKK', ګ: 'XXK', ڭ: 'XNG', گ: 'XGG', ں: 'XNN', ڼ: 'XXN', ھ: 'XDO' },
  ...{ ۀ: 'XYH', ہ: 'XXG', ۂ: 'XGE', ۃ: 'XTG', ی: 'XYA', ۍ: 'XXY', ې: 'Y', ے: 'XYB', ۓ: 'XBE', ڤ: 'V', ڥ: 'XF' },
  ...{ ـ: '', ڜ: '', ڢ: '', ڧ: '', ڨ: '' },
};

/** Teh marbuta at the end of a name (note 2). */
export const FINAL_TEH_MARBUTA = 'XAH';
/** Shadda repeats the letter before it, however many letters spell it (note 3). */
export const SHADDA = '\u0651';

/**
 * How the same letters are read aloud and written in Latin elsewhere: in passports that were filled in by ear, which are
 * most, and in directories. Short vowels are not written in Arabic, so one vowel may stand before every letter. An empty
 * reading: it may be silent.
 */
export const ARABIC_READINGS: Readonly<Record<string, readonly string[]>> = {
  ...{ ء: [''], آ: ['A'], أ: ['A', 'E', 'O', 'U', 'I'], ؤ: ['U', 'O', 'W', ''], إ: ['I', 'E'], ئ: ['Y', 'I', 'E', ''] },
  ...{ ا: ['A'], ب: ['B'], ة: ['A', 'AH', 'E', 'EH', 'AT', 'ET'], ت: ['T'], ث: ['TH', 'S', 'T'] },
  ...{ ج: ['J', 'G', 'DJ'], ح: ['H'], خ: ['KH'], د: ['D'], ذ: ['DH', 'TH', 'Z', 'D'], ر: ['R'], ز: ['Z'], س: ['S'] },
  ...{ ش: ['SH', 'CH'], ص: ['S'], ض: ['D', 'DH', 'Z'], ط: ['T'], ظ: ['Z', 'DH'], ع: ['', 'A', 'E'], غ: ['GH', 'G'] },
  ...{ ف: ['F'], ق: ['Q', 'K', 'G', 'GH'], ك: ['K', 'C'], ل: ['L'], م: ['M'], ن: ['N'], ه: ['H', 'E', ''] },
  ...{ و: ['W', 'V', 'U', 'O', 'OU'], ى: ['A', 'I', 'Y'], ي: ['Y', 'I'], ی: ['Y', 'I'], ٱ: ['A', ''], پ: ['P'] },
  ...{ چ: ['CH'], ژ: ['J', 'ZH'], گ: ['G'], ک: ['K', 'C'], ں: ['N'], ہ: ['H', 'A', ''], ھ: ['H'], ے: ['E', 'I', 'Y'] },
  ...{ ٹ: ['T'], ڈ: ['D'], ڑ: ['R'], ڤ: ['V'], ـ: [''] },
};
