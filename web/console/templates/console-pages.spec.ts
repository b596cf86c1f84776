import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  danglingReferences,
  FORBIDDEN_BY_POLICY,
  matches,
  unbalanced,
  unlabelled,
} from '../../../test/support/markup.js';
import { consoleGallery, type ConsolePage } from '../../../test/pages/console-gallery.js';
import { renderConsole, type ConsoleView } from './index.js';

const PAGES = consoleGallery();
const cases = PAGES.map((entry) => [entry.name, entry] as const);
const render = ({ view, frame }: ConsolePage): string => renderConsole(view, frame);

describe.each(cases)('%s', (_name, entry) => {
  const markup = render(entry);

  it('is one whole document in its language and direction, with one heading that its title begins with', () => {
    const direction = entry.frame.language === 'ar' ? 'rtl' : 'ltr';
    expect(markup).toMatch(new RegExp(`^<!doctype html>\\s*<html lang="${entry.frame.language}" dir="${direction}">`));
    expect(unbalanced(markup)).toEqual([]);
    expect(markup).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
    const headings = matches(markup, /<h1>([^<]+)<\/h1>/g);
    expect(headings).toHaveLength(1);
    expect(matches(markup, /<title>([^<]+)<\/title>/g)[0]).toContain(headings[0]);
  });

  it('labels every field, and every reference between elements has its target', () => {
    const ids = matches(markup, /\sid="([^"]+)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    expect([unlabelled(markup), danglingReferences(markup)]).toEqual([[], []]);
  });

  it('posts to the console with the session’s token, and carries that in no form that is a search', () => {
    for (const form of matches(markup, /<form[\s\S]*?<\/form>/g)) {
      expect(form).toMatch(/^<form\s+method="(post|get)"\s+action="\/console(\/|")/);
      const tokens = matches(form, /name="_csrf" value="([^"]+)"/g);
      expect(tokens).toEqual(/method="post"/.test(form) ? [entry.frame.csrfToken] : []);
    }
  });

  it('needs nothing that the Content-Security-Policy forbids, and no script at all', () => {
    expect(markup).not.toMatch(FORBIDDEN_BY_POLICY);
    expect(markup).not.toMatch(/<script/);
    const addresses = matches(markup, /<(?:link|img)\b[^>]*(?:href|src)="([^"]+)"/g);
    expect(addresses.filter((address) => !address.startsWith('/'))).toEqual([]);
  });

  it('shows a way out to whoever is signed in, and to nobody else', () => {
    const ways = matches(markup, /action="\/console\/sign-out"/g);
    expect(ways).toHaveLength(entry.frame.signedInAs === undefined ? 0 : 1);
  });
});

describe('a review (T55)', () => {
  const named = (name: string): string =>
    render(PAGES.find((page) => page.name === `en-console-${name}`) as ConsolePage);

  it('T55: holds no link to a picture and no value before they are opened', () => {
    const markup = named('review');
    expect(matches(markup, /<img\s+src="([^"]+)"/g).every((address) => address.endsWith('/preview'))).toBe(true);
    expect(markup).not.toMatch(/signature=|1980-01-02/);
  });

  it('T55: shows by a link of its own door what was opened, and nothing else', () => {
    const shown = matches(named('review-opened'), /<img\s+src="([^"]+)"/g);
    expect(
      shown.map((address) => /evidence\/(\w+)(\/preview|\?expires=\d+&amp;signature=\w+)$/.exec(address)?.slice(1, 3)),
    ).toEqual([
      ['document_front', expect.stringContaining('signature=')],
      ['document_back', '/preview'],
      ['selfie', expect.stringContaining('signature=')],
      ['reference_portrait', '/preview'],
    ]);
    expect(shown.every((address) => address.startsWith('/console/'))).toBe(true);
  });

  it.each(['review', 'review-opened'])('says in %s of each picture how its browser says it was taken', (name) => {
    const said = matches(named(name), /console-taken">([^<]+)</g);
    expect(said).toEqual([
      'The browser did not say how it was taken',
      'The browser did not say how it was taken',
      'The browser says: a file',
    ]);
  });

  it('offers no approval that nobody can give, no further attempt where there is none, and no second vote', () => {
    const offered = (name: string): string[] => matches(named(name), /name="outcome" value="(\w+)"/g);
    expect(offered('review')).toEqual(['approve', 'deny', 'retry']);
    expect(offered('review-not-approvable')).toEqual(['deny']);
    expect(offered('review-unreadable')).toEqual(['deny', 'retry']);
    expect(offered('review-voted')).toEqual([]);
  });

  it.each([['review-not-approvable'], ['problem-attempts-used']])(
    'says in %s why nobody can ask again, and what is left to do',
    (name) => {
      const markup = named(name);
      expect(markup).toContain('no reviewer can add one');
      expect(markup).toContain('the person can begin a new recovery');
      expect(named('review')).not.toContain('no reviewer can add one');
    },
  );

  it('T95: shows what partners and documents say as text, in the page, its title and its attributes', () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
    const [page] = PAGES.filter(({ name }) => name === 'en-console-review-opened');
    const { review, opened } = page?.view as Extract<ConsoleView, { screen: 'review' }>;
    const markup = renderConsole(
      {
        screen: 'review',
        review: {
          ...review,
          case: {
            ...review.case,
            ticketRef: evil,
            openedBy: evil,
            provider: evil,
            subject: { id: evil, displayName: evil },
          },
          checks: [{ about: evil, result: evil, reasonCodes: [evil], method: evil, words: evil }],
        },
        opened: {
          kinds: opened?.kinds ?? [],
          values: {
            claimedBy: evil,
            against: 'directory',
            attributes: [{ about: 'given_name', claimed: evil, onRecord: evil, former: [evil] }],
          },
        },
      },
      { ...(page as ConsolePage).frame, signedInAs: evil, query: evil },
    );
    expect(markup).not.toMatch(/<script|<img src=x/);
    expect(unbalanced(markup)).toEqual([]);
  });
});

describe('the console’s style sheet', () => {
  const STYLE = readFileSync(join(process.cwd(), 'web', 'assets', 'console.css'), 'utf8');

  it('has no class that no page uses, asks for nothing from elsewhere, and stays small', () => {
    const used = new Set(
      PAGES.flatMap((entry) => matches(render(entry), /class="([^"]*)"/g)).flatMap((list) => list.split(' ')),
    );
    expect([...new Set(matches(STYLE, /\.(console[a-z-]*)/g))].filter((name) => !used.has(name))).toEqual([]);
    expect(STYLE).not.toMatch(/url\(|@import|@font-face|https?:|#[0-9a-f]{3}/);
    expect(Buffer.byteLength(STYLE)).toBeLessThanOrEqual(5 * 1024);
  });

  it('uses logical properties only', () => {
    const physical =
      /(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align:\s*(?:left|right)/;
    expect(STYLE).not.toMatch(physical);
  });
});
