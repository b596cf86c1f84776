import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const FOLDER = join(process.cwd(), 'web', 'assets');
const STYLE = readFileSync(join(FOLDER, 'regain.css'), 'utf8');
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
const WEBAUTHN = join(process.cwd(), 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js');

describe('style sheet', () => {
  it('stays under 15 KB', () => expect(Buffer.byteLength(STYLE)).toBeLessThanOrEqual(15 * 1024));

  it('asks for nothing from elsewhere', () => expect(STYLE).not.toMatch(/url\(|@import|@font-face|https?:/));

  it('uses logical properties only, so that right-to-left needs no second sheet', () => {
    const physical =
      /(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align:\s*(?:left|right)/;
    expect(STYLE).not.toMatch(physical);
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
    const used = new Set([...STYLE.matchAll(/var\((--[a-z-]+)\)/g)].map((match) => match[1] ?? ''));
    expect([...used].filter((name) => !names(light).includes(name))).toEqual([]);
    expect(names(light).filter((name) => !used.has(name))).toEqual([]);
    expect(names(dark).filter((name) => !names(light).includes(name))).toEqual([]);
  });
});

describe('scripts', () => {
  it.each(SCRIPTS)('%s has no sink that Trusted Types would stop', (name) => {
    const source = readFileSync(join(FOLDER, name), 'utf8');
    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('on/,
    );
    expect(source).not.toMatch(/localStorage|sessionStorage|document\.cookie|https?:\/\//);
  });

  it.each([
    [['capture.js', 'session-end.js'], 40],
    [['checking.js', 'session-end.js'], 12],
    [['copy-link.js'], 12],
    [['passkey.js', WEBAUTHN, 'session-end.js'], 12],
  ])('%p stay under %i KB compressed', (names, kilobytes) => {
    const sizes = names.map((name) => gzipSync(readFileSync(name.startsWith('/') ? name : join(FOLDER, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(kilobytes * 1024);
  });
});
