import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { RelatedSpecs } from './related-specs.js';

const FILES: Readonly<Record<string, string>> = {
  'src/owner.ts': 'export const owner = 1;',
  'src/owner.spec.ts': "import { owner } from './owner.js';",
  'src/owner.int-spec.ts': "import { owner } from './owner.js';",
  'src/index.ts': "export {\n  owner,\n} from './owner.js';\nexport * from './ring/ring.js';",
  'src/ring/ring.ts': "import { owner } from '../index.js';",
  'src/shape.spec.ts': "import type {\n  owner,\n} from './owner.js';\nimport { it } from './elsewhere.js';",
  'web/page.spec.ts': "const { owner } = await import('../src/index.js');",
  'test/alone.spec.ts': "import { it } from '@jest/globals';\nimport './support.js';",
};

describe('the specs that import a source', () => {
  const root = mkdtempSync(join(tmpdir(), 'regain-related-'));
  for (const folder of ['src', 'providers', 'directories', 'web', 'scripts', 'test']) mkdirSync(join(root, folder));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  afterAll(() => rmSync(root, { recursive: true }));

  it('are those that reach it for more than its types, through a cycle too, and need no database', () => {
    const related = new RelatedSpecs(root);
    expect(related.of('src/owner.ts')).toEqual(['src/owner.spec.ts', 'web/page.spec.ts']);
    expect(related.of('src/ring/ring.ts')).toEqual(['web/page.spec.ts']);
    expect(related.of('src/0001.sql')).toEqual([]);
  });
});
