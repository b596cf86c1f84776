/**
 * `reference` is the one text of ours that IDKit is documented to repeat, so it carries two: our reference and, behind a
 * full stop, the nonce. Neither has one in it.
 */
export const carry = ({ reference, nonce }: { reference: string; nonce: string }): string => `${reference}.${nonce}`;

/** What {@link carry} put together; without a full stop there is no nonce. */
export function carried(text: string): { reference: string; nonce: string | undefined } {
  const at = text.lastIndexOf('.');
  return at < 0 ? { reference: text, nonce: undefined } : { reference: text.slice(0, at), nonce: text.slice(at + 1) };
}
