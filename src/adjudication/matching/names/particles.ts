/** Small words of family names, which one document joins, the next puts elsewhere, and a directory leaves out. */
const PARTICLES: ReadonlySet<string> = new Set(
  `VAN DER DEN DE T TEN TER TE HET LA LAS LE LES LOS DEL DI DA DO DOS DAS DU DES D E Y I VON VOM ZU ZUM ZUR AF AV
  AL EL BIN IBN BINT BEN ABU ST SAN`.split(/\s+/),
);

export const isParticle = (word: string): boolean => PARTICLES.has(word);

/** The words that are no particles; all of them where nothing else would be left. */
export function withoutParticles(words: readonly string[]): readonly string[] {
  const rest = words.filter((word) => !isParticle(word));
  return rest.length > 0 ? rest : words;
}
