const MAX_DEPTH = 32;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON with a member given twice, nested too deep, or not UTF-8. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

/**
 * Parses JSON that means one thing to every parser: valid UTF-8 without a byte-order mark, no member twice in one object,
 * bounded depth, no `__proto__` (T4, T5, T87, T88; RFC 8259 section 4 calls doubled names "unpredictable").
 * @throws StrictJsonError, SyntaxError
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = UTF8.decode(bytes);
  assertPlainMembers(text);
  return JSON.parse(text);
}

/** An object that is open, with the names seen in it once there are any; `null` for a list. */
type Open = { names?: Set<string> } | null;

/**
 * One pass over the text that keeps, per open object, the member names seen. It relies on `JSON.parse` for everything
 * else, so it may accept text that is not JSON; it never has to understand it.
 */
function assertPlainMembers(text: string): void {
  const open: Open[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      if (expectsName) noteName(open.at(-1), text.slice(at, end + 1));
      expectsName = false;
      at = end;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? {} : null);
      if (open.length > MAX_DEPTH) throw new StrictJsonError('nested too deep');
      expectsName = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      expectsName = false;
    } else if (character === ',') {
      expectsName = open.length > 0 && open[open.length - 1] !== null;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Names are compared unescaped: `"a"` and `"\u0061"` are the same member. */
function noteName(object: Open | undefined, quoted: string): void {
  if (!object) return;
  const name = JSON.parse(quoted) as string;
  if (name === '__proto__') throw new StrictJsonError('member __proto__');
  object.names ??= new Set();
  if (object.names.has(name)) throw new StrictJsonError('a member is given twice');
  object.names.add(name);
}
