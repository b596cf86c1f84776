const EXIT = 'idverse_exit';

/** Where people come back to when they leave: our address with a hint for the pages there. It proves nothing. */
export function exitUrl(returnUrl: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set(EXIT, '1');
  return url.href;
}

export const gaveUp = (query: Readonly<Record<string, string>>): boolean => query[EXIT] === '1';
