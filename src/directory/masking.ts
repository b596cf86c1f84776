/** `ana@example.com` as `a…a@example.com`: enough to recognise one's own, not enough to learn one. */
export function maskEmail(email: string): string {
  const [name = '', domain = ''] = email.split('@');
  return `${name.slice(0, 1)}…${name.length > 2 ? name.slice(-1) : ''}@${domain}`;
}

/** `+44 7700 900042` as `…42`. */
export function maskPhone(phone: string): string {
  return `…${phone.replaceAll(/\D/g, '').slice(-2)}`;
}
