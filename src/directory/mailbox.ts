/**
 * Domains under which a provider delivers to one mailbox: Google (support.google.com/mail/answer/10313), Apple
 * (support.apple.com/118230).
 */
const SAME_DOMAIN: Readonly<Record<string, string>> = {
  'googlemail.com': 'gmail.com',
  'me.com': 'icloud.com',
  'mac.com': 'icloud.com',
};
/**
 * Where dots in a name make no difference (support.google.com/mail/answer/7436150); not so in a company's own domain at
 * Google.
 */
const WITHOUT_DOTS: ReadonlySet<string> = new Set(['gmail.com']);

/**
 * The mailbox behind an address: case and what follows a plus sign make no second one, nor do dots and other domains where
 * the provider says so. Two ways to write one mailbox are no two ways to reach somebody. Aliases that a person or an
 * organisation set up cannot be told from here.
 */
export function mailboxOf(email: string): string {
  const plain = withoutPlus(email);
  const at = plain.lastIndexOf('@');
  const [local, domain] = [plain.slice(0, at), plain.slice(at + 1)];
  const same = Object.hasOwn(SAME_DOMAIN, domain) ? SAME_DOMAIN[domain] : domain;
  return `${WITHOUT_DOTS.has(same ?? '') ? local.replaceAll('.', '') : local}@${same}`;
}

/** The same without what providers say: how earlier versions told mailboxes apart. */
export function withoutPlus(email: string): string {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at).replace(/\+.*$/, '');
  return `${local}@${email.slice(at + 1)}`.normalize('NFKC').toLowerCase();
}
