/** Words of documentation and of people in a hurry, long enough not to stand in a random text by chance. */
const EXAMPLE_WORDS = [
  'change',
  'example',
  'secret',
  'password',
  'develop',
  'insecure',
  'default',
  'minioadmin',
  '123456',
];

/** Secrets that are printed in documentation, of vendors and of ours. */
const KNOWN = new Set(['postgres', 'admin', 'regain', 'root', 'test', 'demo', 'valkey', 'redis', 'guest', 'minio']);

/** What a secret holds at most, judged by itself: a machine's token, and a password that has to be typed somewhere. */
export const TOKEN_BITS = 100;
export const PASSWORD_BITS = 45;

/**
 * Why a secret must not guard anything, or undefined. An estimate from above: it finds what is written in examples,
 * repeats itself, counts upwards or is short, and cannot know that a random-looking text was published.
 */
export function weaknessOf(secret: string, minimumBits: number): string | undefined {
  const lower = secret.toLowerCase();
  if (KNOWN.has(lower) || EXAMPLE_WORDS.some((word) => lower.includes(word))) return 'is known from examples';
  if (estimatedBits(secret) < minimumBits) return 'has too little entropy';
  return undefined;
}

/** Shannon's entropy of its characters, over the part that does not repeat or count. */
export function estimatedBits(secret: string): number {
  const characters = [...withoutRuns(withoutRepetition(secret))];
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / characters.length);
  return bits;
}

/** `abcabcab` is `abc`. */
function withoutRepetition(text: string): string {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) return text.slice(0, period);
  }
  return text;
}

/** Characters that are the one before, or its neighbour, say nothing new. */
function withoutRuns(text: string): string {
  return [...text]
    .filter((character, index) => {
      if (index === 0) return true;
      const step = character.charCodeAt(0) - text.charCodeAt(index - 1);
      return step !== 0 && step !== 1 && step !== -1;
    })
    .join('');
}
