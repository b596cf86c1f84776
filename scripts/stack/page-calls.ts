import type { PageWalk } from '../harness/page-walk.js';

/** Calls as the page's own script would make them, cookies included: a GET, or a POST of `body`. */
export async function ask({ page }: PageWalk, path: string, body?: object): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async (given) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(given.path, given.body ? { method: 'POST', headers, body: given.body } : {});
      return { status: response.status, text: await response.text() };
    },
    { path, body: body && JSON.stringify(body) },
  );
}

/** A recovery token for the browser, as the page that makes a passkey asks for one. */
export async function issueToken(walk: PageWalk): Promise<string> {
  const { status, text } = await ask(walk, '/v1/flow/token', {});
  if (status !== 201) throw new Error(`it was answered with ${status}`);
  return (JSON.parse(text) as { token: string }).token;
}

/** Gives back how a call was refused. @throws Error when it was not */
export async function expectRefusal(walk: PageWalk, path: string, body?: object): Promise<string> {
  const { status, text } = await ask(walk, path, body);
  if (status < 400 || status >= 500) throw new Error(`it was answered with ${status}`);
  return `${status} ${(JSON.parse(text) as { code: string }).code}`;
}
