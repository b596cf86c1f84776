import { describe, expect, it } from '@jest/globals';
import type { FormTokens } from '../../src/flow-session/form-tokens.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { PolicyCopy } from '../../src/policy/policy-copy.js';
import { PageFrames } from './page-frames.js';

const OWN = { ORGANISATION_NAME: 'Own Bank', HELP_DESK_CONTACT: 'the own desk', TIME_ZONE: 'UTC' } as Config;
const COPY = PolicyCopy.parse({
  en: { organisationName: 'Bank <b>& Sons</b>', helpDesk: 'the board desk' },
  de: { helpDesk: 'die Vorstandsstelle' },
});

/** The page that a browser of this language gets. */
async function page(language: string, copy?: PolicyCopy): Promise<string> {
  let sent = '';
  const reply: Record<string, unknown> = {
    setCookie: () => reply,
    header: () => reply,
    status: () => reply,
    type: () => reply,
    send: (body: string) => void (sent = body),
  };
  const request = { query: {}, cookies: {}, headers: { 'accept-language': language } } as unknown as Request;
  const frames = new PageFrames(OWN, {} as FormTokens, new SystemClock());
  await frames.send({ screen: 'link-dead' }, { request, reply: reply as unknown as Reply, copy });
  return sent;
}

describe('the words of a profile on a page', () => {
  it('stand in place of the deployment’s own, escaped', async () => {
    const markup = await page('en', COPY);
    expect(markup).toContain('Bank &lt;b&gt;&amp; Sons&lt;/b&gt;');
    expect(markup).not.toContain('<b>&');
    expect(markup).toContain('the board desk');
    expect(markup).not.toMatch(/Own Bank|the own desk/);
  });

  it('are those of the page’s language, and English where it has none', async () => {
    const german = await page('de', COPY);
    expect(german).toContain('die Vorstandsstelle');
    expect(german).toContain('Bank &lt;b&gt;');
    expect(await page('ar', COPY)).toContain('the board desk');
  });

  it('leave the deployment’s own where the profile has none', async () => {
    const markup = await page('en');
    expect(markup).toMatch(/Own Bank/);
    expect(markup).toContain('the own desk');
  });

  it.each([['two\nlines'], ['a\u2028b'], [''], ['x'.repeat(121)], ['half \ud800']])('are refused as %j', (helpDesk) => {
    expect(PolicyCopy.safeParse({ en: { helpDesk } }).success).toBe(false);
  });

  it('exist in the languages of the pages and no other', () => {
    expect(PolicyCopy.safeParse({ fr: { helpDesk: 'le bureau' } }).success).toBe(false);
  });
});
