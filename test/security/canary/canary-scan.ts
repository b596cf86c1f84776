/** Something that must not be found outside the places that are made for it. */
export interface Canary {
  name: string;
  value: string | Buffer;
}

export interface Finding {
  canary: string;
  /** How it was written there. */
  as: string;
  source: string;
}

interface Needle {
  canary: string;
  as: string;
  text: string;
}

/** A text that long is not found by chance. */
const SHORTEST = 6;

/** Looks for every canary in every way a program might have written it. */
export class CanaryScan {
  readonly #needles: Needle[];

  constructor(canaries: readonly Canary[]) {
    this.#needles = canaries.flatMap(needlesOf);
  }

  get needles(): number {
    return this.#needles.length;
  }

  /** Everything found in one place. Letters are compared without case: a log that shouts a name has leaked it too. */
  find(source: string, bytes: Buffer | string): Finding[] {
    const haystack = fold(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'utf8'));
    return this.#needles
      .filter(({ text }) => haystack.includes(text))
      .map(({ canary, as }) => ({ canary, as, source }));
  }
}

const fold = (bytes: Buffer): string => bytes.toString('latin1').toLowerCase();

function needlesOf({ name, value }: Canary): Needle[] {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
  const forms: [string, Buffer | string][] = [
    ['itself', bytes],
    ['hex', bytes.toString('hex')],
    ...encodings(bytes),
    ...(Buffer.isBuffer(value) ? [] : texts(value)),
  ];
  const needles = forms.map(([as, form]) => ({ canary: name, as, text: fold(Buffer.from(form as string)) }));
  const seen = new Set<string>();
  return needles.filter(({ text }) => text.length >= SHORTEST && !seen.has(text) && seen.add(text));
}

/** Base64 of a text inside a longer one depends on where it stands: three cores, without the letters its neighbours share. */
function encodings(bytes: Buffer): [string, string][] {
  return [0, 1, 2].flatMap((offset): [string, string][] => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((whole.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => [
      `${encoding} at ${offset}`,
      whole.toString(encoding).slice(first, last),
    ]);
  });
}

function texts(value: string): [string, string][] {
  const forms: [string, string][] = [
    ['json', JSON.stringify(value).slice(1, -1)],
    ['url', encodeURIComponent(value)],
  ];
  // A secret of ours is base64url of bytes; the bytes themselves are the secret too.
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) {
    const raw = Buffer.from(value, 'base64url');
    forms.push(['hex of its bytes', raw.toString('hex')], ['base64 of its bytes', raw.toString('base64').slice(0, -2)]);
  }
  return forms;
}
