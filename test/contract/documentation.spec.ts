import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { PROVIDER_CATALOGUE } from '../../providers/index.js';
import { MODEL_IDS, MODELS } from '../../providers/local/model-manifest.js';
import { packagePath, packageRoot } from '../../src/platform/package-root/package-root.js';

const FOLDERS = ['deploy', 'directories', 'docs', 'providers', 'scripts', 'src', 'test', 'web'];
const read = (path: string): string => readFileSync(packagePath(path), 'utf8');

/** Every page that people write or that is made for them, from the package's root. */
const PAGES = [
  ...readdirSync(packageRoot()),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
].filter((path) => path.endsWith('.md'));
const SOURCES = readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ page: join('src', path), text: read(join('src', path)) }));
const TEXTS = PAGES.map((page) => ({ page, text: read(page) }));

/** Of `regain`, as its source names them. */
const commands = [...read('src/cli.ts').matchAll(/^ {2}'?([a-z-]+(?::[a-z-]+)?)'?: \{$/gm)].map(([, name]) => name);

/** What pages say and `known` refuses, each with its page. */
function unknownIn(texts: typeof TEXTS, pattern: RegExp, known: (said: string, page: string) => boolean): string[] {
  return texts.flatMap(({ page, text }) =>
    [...text.matchAll(pattern)].flatMap(([, said = '']) => (known(said, page) ? [] : [`${page}: ${said}`])),
  );
}

/** As GitHub makes them of a heading. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('what pages point at is there', () => {
  it('files and headings that they link', () => {
    const isThere = (link: string, page: string): boolean => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(packagePath(file))) return false;
      return anchor === undefined || !file.endsWith('.md') || anchorsOf(read(file)).includes(anchor);
    };
    expect(unknownIn(TEXTS, /\]\((?!https?:)([^)\s]+)\)/g, isThere)).toEqual([]);
  });

  it('routes of the API', () => {
    const { paths } = parse(read('openapi.yaml')) as { paths: Record<string, Record<string, unknown>> };
    const withoutNames = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${withoutNames(path)}`),
    );
    const isRoute = (said: string): boolean => routes.includes(withoutNames(said).replace(/\/$/, ''));
    /** A provider’s page speaks of its partner’s routes. */
    const pages = TEXTS.filter(({ page }) => !page.startsWith('providers/'));
    expect(unknownIn(pages, /`((?:GET|POST|PUT|PATCH|DELETE) \/v1\/[^`?…\s]*)/g, isRoute)).toEqual([]);
  });

  it('commands of npm and of `regain`', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(commands).toContain('audit:verify');
    const isCommand = (said: string): boolean => {
      const [first = '', second = ''] = said.split(/[ :]/);
      return commands.includes(first) || commands.includes(`${first}:${second}`);
    };
    expect(unknownIn(TEXTS, /npm run (?:-s )?([\w:]+)/g, (name) => name in scripts)).toEqual([]);
    expect(unknownIn(TEXTS, /`regain ([a-z-]+(?:[ :][a-z][a-z-]*)?)/g, isCommand)).toEqual([]);
  });

  it('commands of `regain` in the spelling of its help, in pages and in messages', () => {
    const joined = new RegExp(
      `(?<![\\w:-])(${commands.filter((name) => name?.includes(':')).join('|')})(?![\\w:-])`,
      'g',
    );
    const none = (): boolean => false;
    expect(unknownIn(TEXTS, joined, none)).toEqual(['docs/operating.md: api-keys:list']);
    expect(unknownIn(SOURCES, /`regain ([a-z-]+:[a-z-]+)/g, none)).toEqual([]);
  });

  it('settings of the service', () => {
    const settings = [...read('docs/generated/configuration.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    /** A provider's own page may leave out what all of its names begin with. */
    const starts = PROVIDER_CATALOGUE.map(({ id }) => `${id.toUpperCase().replaceAll('-', '_')}_`);
    const ofThePart = /^(AUDIT|DATABASE|LOCAL|OTEL|OUTBOUND|PUBLIC_URL|RP|S3|SMTP|STAFF)/;
    const isSetting = (said: string): boolean => settings.includes(said);
    const pages = TEXTS.filter(({ page }) => basename(page) !== 'configuration.md');
    const said = unknownIn(pages, /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?=[`=])/g, isSetting);
    const ours = said.filter((line) => {
      const name = line.slice(line.indexOf(': ') + 2);
      return ofThePart.test(name) || starts.some((start) => name.startsWith(start));
    });
    expect([settings.length > 50, ours]).toEqual([true, []]);
  });

  it('metrics', () => {
    const metrics = [...read('docs/generated/metrics.md').matchAll(/^## (regain_\w+)/gm)].map(([, name]) => name);
    const isMetric = (said: string): boolean => metrics.includes(said.replace(/_(?:count|sum|bucket)$/, ''));
    const pages = TEXTS.filter(({ page }) => page.startsWith('docs/') || page === 'CHANGELOG.md');
    const roles = ['regain_app', 'regain_owner', 'regain_queue'];
    expect(unknownIn(pages, /`(regain_\w+)/g, (said) => roles.includes(said) || isMetric(said))).toEqual([]);
  });
});

describe('the providers of this build', () => {
  it('each have a page, and a place in the first one', () => {
    const page = read('README.md').toLowerCase();
    const named = (id: string): boolean => page.includes(id) || page.includes(id.replaceAll('-', ' '));
    const folders = readdirSync(packagePath('providers')).filter((name) =>
      existsSync(packagePath(`providers/${name}/index.ts`)),
    );
    const partners = folders.filter((name) => !['kit', 'sandbox', 'local', 'oidc-ida'].includes(name));
    expect(folders.filter((name) => name !== 'kit' && !PAGES.includes(`providers/${name}/README.md`))).toEqual([]);
    expect(partners.filter((name) => !named(name))).toEqual([]);
  });
});

describe('NOTICE', () => {
  it('names every model that the build takes out of a package, with that package', () => {
    const parts = read('NOTICE').split('\n\n');
    const isNamed = (id: (typeof MODEL_IDS)[number]): boolean => {
      const { package: name, version, file } = MODELS[id];
      return parts.some((part) => part.startsWith(`${name} ${version} `) && part.includes(file));
    };
    expect(MODEL_IDS.filter((id) => !isNamed(id))).toEqual([]);
  });
});
