import { checkDigit } from '../../providers/local/documents/mrz/check-digit.js';
import { MRZ_LAYOUTS, textAt, type MrzField, type MrzFormat } from '../../providers/local/documents/mrz/mrz-layout.js';
import { machineReadableZone, type SpecimenData, type SpecimenKind } from '../../src/embedded/specimens/index.js';

const KINDS: Readonly<Record<MrzFormat, SpecimenKind>> = {
  TD1: 'td1',
  TD2: 'td2',
  TD3: 'td3',
  'MRV-A': 'mrv_a',
  'MRV-B': 'mrv_b',
};

const SIGNED = [
  ['number', 'numberDigit'],
  ['birthDate', 'birthDateDigit'],
  ['expiryDate', 'expiryDateDigit'],
  ['optional', 'optionalDigit'],
] as const;

/**
 * The zone of a specimen with some fields as given, fillers added, and all digits right for what then stands there: what
 * is refused in it is refused by a rule and not by a digit.
 */
export function resignedZone(
  format: MrzFormat,
  data: SpecimenData,
  fields: Readonly<Partial<Record<MrzField, string>>> = {},
): string[] {
  const layout = MRZ_LAYOUTS[format];
  const lines = machineReadableZone(KINDS[format], data);
  const put = (field: MrzField, text: string): void => {
    const span = layout.fields[field];
    if (!span) return;
    const line = lines[span.line] ?? '';
    const filled = text.slice(0, span.length).padEnd(span.length, '<');
    lines[span.line] = line.slice(0, span.from) + filled + line.slice(span.from + span.length);
  };
  for (const [field, text] of Object.entries(fields)) put(field as MrzField, text);
  for (const [field, digit] of SIGNED) {
    if (fields[field] !== undefined) put(digit, fields[digit] ?? checkDigit(textAt(lines, layout.fields[field])));
  }
  if (layout.composite.length > 0) {
    put('compositeDigit', checkDigit(layout.composite.map((span) => textAt(lines, span)).join('')));
  }
  return lines;
}
