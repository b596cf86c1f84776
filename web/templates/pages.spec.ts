import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { danglingReferences, FORBIDDEN_BY_POLICY, matches, unbalanced, unlabelled } from '../../test/support/markup.js';
import { galleryPages, type GalleryPage } from '../../test/pages/gallery.js';
import { renderPage, type PageView } from './index.js';

const PAGES = galleryPages();
const cases = PAGES.map((entry) => [entry.name, entry] as const);

/** Screens that are an end or a piece of reading: nothing on them is the thing to do next. */
const WITHOUT_PRIMARY: ReadonlySet<PageView['screen']> = new Set([
  'link-dead',
  'flow-ended',
  'notice-dead',
  'not-me-reported',
  'recover-accepted',
  'consent-declined',
  'cannot-finish',
  'held',
  'device-confirmed',
  'device-refused',
  'passkey-stopped',
  'ended',
]);

function render({ page, frame }: GalleryPage): string {
  return renderPage(page, frame);
}

describe.each(cases)('%s', (_name, entry) => {
  const markup = render(entry);

  it('is one whole document in its language and direction', () => {
    const direction = entry.frame.language === 'ar' ? 'rtl' : 'ltr';
    expect(markup).toMatch(new RegExp(`^<!doctype html>\\s*<html lang="${entry.frame.language}" dir="${direction}">`));
    expect(unbalanced(markup)).toEqual([]);
    expect(markup).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
  });

  it('has one heading of the first level and a title that begins with it', () => {
    const headings = matches(markup, /<h1>([^<]+)<\/h1>/g);
    expect(headings).toHaveLength(1);
    const [title = ''] = matches(markup, /<title>([^<]+)<\/title>/g);
    const failed = markup.includes('class="error-summary" role="alert" tabindex="-1" autofocus');
    const step = matches(markup, /steps-text">([^<:]+):/g).map((text) => ` – ${text}`);
    const prefix = failed ? { en: 'Error: ', de: 'Fehler: ', ar: 'خطأ: ' }[entry.frame.language] : '';
    expect(title).toBe(`${prefix}${headings[0]}${step[0] ?? ''} – Example Organisation`);
  });

  it('has one primary action, or none where there is nothing to do', () => {
    const expected = WITHOUT_PRIMARY.has(entry.page.screen) ? 0 : 1;
    expect(matches(markup, /class="button button-primary[^"]*"/g)).toHaveLength(expected);
  });

  it('labels every field, and every reference between elements has its target', () => {
    const ids = matches(markup, /\sid="([^"]+)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    expect([unlabelled(markup), danglingReferences(markup)]).toEqual([[], []]);
  });

  it('posts with the session token, and to this site only', () => {
    const forms = matches(markup, /<form[\s\S]*?<\/form>/g);
    for (const form of forms) {
      expect(form).toMatch(/^<form\s+method="post"\s+action="\/(?!\/)/);
      const tokens = matches(form, /name="_csrf" value="([^"]+)"/g);
      expect(tokens).toEqual(entry.frame.csrfToken ? [entry.frame.csrfToken] : []);
    }
  });

  it('needs nothing that the Content-Security-Policy forbids', () => {
    expect(markup).not.toMatch(FORBIDDEN_BY_POLICY);
    for (const script of matches(markup, /<script[\s\S]*?<\/script>/g)) {
      expect(script).toMatch(/^<script type="module" src="\/assets\/[a-z-]+\.js"\s*><\/script>$/);
    }
    expect(
      matches(markup, /<(?:link|img|script)\b[^>]*(?:href|src)="([^"]+)"/g).filter((it) => !it.startsWith('/')),
    ).toEqual([]);
  });
});

describe('gallery', () => {
  it('uses every class of the style sheet', () => {
    const style = readFileSync(join(process.cwd(), 'web', 'assets', 'regain.css'), 'utf8');
    const used = new Set(
      PAGES.flatMap((entry) => matches(render(entry), /class="([^"]*)"/g)).flatMap((list) => list.split(' ')),
    );
    expect(matches(style, /\.([a-z][a-z-]*)/g).filter((name) => !used.has(name))).toEqual([]);
  });

  it('shows every screen, and no name twice', () => {
    const screens: Record<PageView['screen'], true> = {
      landing: true,
      'in-app-browser': true,
      'link-dead': true,
      'notice-dead': true,
      'flow-ended': true,
      'not-me-reported': true,
      recover: true,
      'recover-accepted': true,
      'notice-reader': true,
      'confirm-device': true,
      'device-confirmed': true,
      'device-refused': true,
      consent: true,
      'call-code': true,
      'consent-declined': true,
      notice: true,
      'recovery-codes': true,
      'without-document': true,
      'choose-document': true,
      'choose-provider': true,
      'partner-handoff': true,
      capture: true,
      'check-and-send': true,
      checking: true,
      retry: true,
      'cannot-finish': true,
      held: true,
      'create-passkey': true,
      done: true,
      'passkey-stopped': true,
      ended: true,
      error: true,
    };
    expect(new Set(PAGES.map(({ page }) => page.screen))).toEqual(new Set(Object.keys(screens)));
    expect(new Set(PAGES.map(({ name }) => name)).size).toBe(PAGES.length);
  });
});
