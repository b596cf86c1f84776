import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { packagePath } from '../package-root/package-root.js';

/** The first release without the faults of GHSA-f88m-g3jw-g9cj (CVE-2026-33327, -33328, -35590 and -35591 of libvips). */
const OLDEST_SHARP = '0.35.0';
/** The first release without CVE-2023-4863 (libwebp's release notes). */
const OLDEST_WEBP = '1.3.2';

const { dependencies } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const { packages } = JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')) as {
  packages: Record<string, { version?: string }>;
};

describe('what decodes pictures of strangers (T81)', () => {
  it('T81: is asked for in one exact version without known faults', () => {
    expect(dependencies.sharp).toMatch(/^\d+\.\d+\.\d+$/);
    expect(isAtLeast(dependencies.sharp, OLDEST_SHARP)).toBe(true);
  });

  it('T81: is locked once, in that version', () => {
    const locked = Object.entries(packages).filter(([path]) => path.endsWith('node_modules/sharp'));
    expect(locked.map(([path, { version }]) => [path, version])).toEqual([['node_modules/sharp', dependencies.sharp]]);
  });

  it('T81: is what runs, with a libwebp without the fault of 2023', () => {
    expect(sharp.versions.sharp).toBe(dependencies.sharp);
    expect(isAtLeast(sharp.versions.webp, OLDEST_WEBP)).toBe(true);
  });

  it.each([
    ['0.35.5', '0.35.0', true],
    ['0.35.0', '0.35.0', true],
    ['1.0.0', '0.35.0', true],
    ['0.34.9', '0.35.0', false],
    ['0.9.0', '0.35.0', false],
    [undefined, '0.35.0', false],
  ])('%s against %s: %s', (version, oldest, expected) => {
    expect(isAtLeast(version, oldest)).toBe(expected);
  });
});

/** Compares numbers, so that 0.9 is older than 0.35. */
function isAtLeast(version: string | undefined, oldest: string): boolean {
  if (version === undefined) return false;
  const [found, wanted] = [version, oldest].map((text) => text.split('.').map(Number));
  const at = (wanted ?? []).findIndex((part, index) => part !== found?.[index]);
  return at < 0 || (found?.[at] ?? NaN) > (wanted?.[at] ?? NaN);
}
