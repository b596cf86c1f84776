/**
 * The one way the pages build markup: a tagged template whose interpolations are text unless they are markup already.
 * There is no way to mark a plain string as safe, so a value that came from outside cannot skip the escaping.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What may stand in a template: text and numbers are escaped, markup is nested, nothing is left out. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/** Markup that was built by `html`. Only this module can make one. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }

  /** The template tag behind `html`; see there. */
  static build(this: void, literals: TemplateStringsArray, ...values: HtmlValue[]): Html {
    let markup = literals[0] ?? '';
    values.forEach((value, index) => {
      // Escaping protects text and quoted attributes only, so an unquoted attribute is a mistake in the template.
      if (/\s[\w-]+=\s*$/.test(literals[index] ?? ''))
        throw new Error('html: quote the attribute before an interpolation');
      markup += markupOf(value) + (literals[index + 1] ?? '');
    });
    return new Html(markup);
  }
}

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  if (Array.isArray(value)) return value.map(markupOf).join('');
  throw new TypeError('html: only text, numbers, markup and lists of them may be interpolated');
}

/** NUL is not a legal character in HTML (WHATWG HTML 13.1); browsers would each repair it in their own way. */
function escapeText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Builds markup. Interpolations are escaped for text and for quoted attributes; `Html` is nested as it is; lists are
 * joined; `null`, `undefined` and `false` vanish.
 * @throws Error when an interpolation stands in an unquoted attribute; TypeError for any other kind of value.
 */
export const html = Html.build;
