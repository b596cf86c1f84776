import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MAX_PICTURE_BYTES, PICTURE_TYPES } from '../../src/platform/pictures/image-limits.js';
import { withoutMargins } from '../pages/style-margins.js';

const FOLDER = join(process.cwd(), 'web', 'assets');
const STYLE = readFileSync(join(FOLDER, 'regain.css'), 'utf8');
const CAPTURE_STYLE = readFileSync(join(FOLDER, 'capture.css'), 'utf8');
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
const WEBAUTHN = join(process.cwd(), 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js');

const sheets = [
  ['regain.css', STYLE],
  ['capture.css', CAPTURE_STYLE],
] as const;

/** A script of a page cannot import what the service knows. */
describe('what a photo may be', () => {
  const scriptOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

  it('is the same to the page as to the service', () => {
    const [, factors = ''] = /const MAX_BYTES = ([\d *]+);/.exec(scriptOf('capture.js')) ?? [];
    expect(factors.split('*').reduce((product, factor) => product * Number(factor), 1)).toBe(MAX_PICTURE_BYTES);
    const [, types = ''] = /const TYPES = new Set\(\[(.*)\]\);/.exec(scriptOf('photo-sending.js')) ?? [];
    expect([...types.matchAll(/'([^']+)'/g)].map(([, type]) => type)).toEqual([...PICTURE_TYPES]);
  });
});

describe('style sheets', () => {
  it('stay under 15 KB, as they are sent, on the pages that load most of them', () => {
    const sent = [STYLE, CAPTURE_STYLE].map((sheet) => Buffer.byteLength(withoutMargins(sheet)));
    expect(sent.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(15 * 1024);
  });

  it.each(sheets)('%s asks for nothing from elsewhere', (_name, sheet) =>
    expect(sheet).not.toMatch(/url\(|@import|@font-face|https?:/),
  );

  it.each(sheets)('%s uses logical properties only, so that right-to-left needs no second sheet', (_name, sheet) => {
    const physical =
      /(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align:\s*(?:left|right)/;
    expect(sheet).not.toMatch(physical);
  });

  it('lose nothing but what is there to be read when they are sent', () => {
    const sheet =
      "/* why\n */\n.a,\n.b > .c {\n  font:\n    1rem/1.6 system-ui,\n    serif;\n}\n.d::before {\n  content: '';\n}\n";
    expect(withoutMargins(sheet)).toBe(".a,.b > .c{font: 1rem/1.6 system-ui,serif;}.d::before{content: '';}");
  });

  it('serves dark, reduced-motion, forced-colour and script-less readers', () => {
    for (const query of [
      'prefers-color-scheme: dark',
      'prefers-reduced-motion',
      'forced-colors: active',
      'scripting: none',
    ]) {
      expect(STYLE).toContain(`(${query}`);
    }
  });

  it('defines every custom property it uses, in both colour schemes', () => {
    const [light = '', dark = ''] = [...STYLE.matchAll(/:root\s*\{([^}]*)\}/g)].map((match) => match[1] ?? '');
    const names = (block: string): string[] => [...block.matchAll(/(--[a-z-]+):/g)].map((match) => match[1] ?? '');
    const used = new Set([...(STYLE + CAPTURE_STYLE).matchAll(/var\((--[a-z-]+)\)/g)].map((match) => match[1] ?? ''));
    // The width of the camera's picture against its height, which only the script knows.
    used.delete('--ratio');
    expect([...used].filter((name) => !names(light).includes(name))).toEqual([]);
    expect(names(light).filter((name) => !used.has(name))).toEqual([]);
    expect(names(dark).filter((name) => !names(light).includes(name))).toEqual([]);
  });
});

/** A script and everything it imports. */
function loadedBy(name: string, seen: readonly string[] = []): string[] {
  if (seen.includes(name)) return [];
  const imports = [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/from '\.\/([a-z-]+\.js)'/g)];
  return imports.reduce<string[]>(
    (all, [, imported = '']) => [...all, ...loadedBy(imported, [...seen, ...all])],
    [name],
  );
}

describe('scripts', () => {
  it('are served, every one of them', () => {
    const controller = readFileSync(join(process.cwd(), 'web', 'pages', 'assets.controller.ts'), 'utf8');
    expect(SCRIPTS.filter((name) => !controller.includes(`'${name}':`))).toEqual([]);
  });

  it.each(SCRIPTS)('%s has no sink that Trusted Types would stop', (name) => {
    const source = readFileSync(join(FOLDER, name), 'utf8');
    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('on/,
    );
    expect(source).not.toMatch(/localStorage|sessionStorage|document\.cookie|https?:\/\//);
  });

  it.each([
    [[...loadedBy('capture.js'), 'session-end.js'], 40],
    [['checking.js', 'session-end.js'], 12],
    [['copy-link.js'], 12],
    [['passkey.js', WEBAUTHN, 'session-end.js'], 12],
  ])('%p stay under %i KB compressed', (names, kilobytes) => {
    const sizes = names.map((name) => gzipSync(readFileSync(name.startsWith('/') ? name : join(FOLDER, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(kilobytes * 1024);
  });
});
