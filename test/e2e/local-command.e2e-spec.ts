import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import {
  drawDocument,
  drawLicence,
  HEADS,
  inventLicence,
  photograph,
  printedPortrait,
  selfieOf,
  type DrawnDocument,
} from '../cards/index.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { wholeOr } from '../support/whole.js';

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

const linesOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The compiled command with the real worker: what an operator measures with is what is tested. */
describe('npm run local', () => {
  let folder: string;
  let drawn: DrawnDocument;
  let licenceText: string;
  let isAnswer: (value: unknown) => boolean;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-command-'));
    const { ana, bea } = HEADS;
    const drawing = { seed: 1, kind: 'td2', portrait: await printedPortrait(ana.portrait) } as const;
    drawn = await drawDocument(drawing);
    const licence = await drawLicence(inventLicence(new SeededRandom(1)), { portrait: drawing.portrait });
    licenceText = licence.text;
    const shot = { seed: 1, severity: 'clean', cardWidth: 1280 } as const;
    await save({
      'card.jpg': await photograph(drawn.front, shot),
      'licence.jpg': await photograph(licence.front, shot),
      'licence-back.jpg': await photograph(licence.back, shot),
      'ana.jpg': await selfieOf(ana.selfie),
      'ana-before.jpg': await selfieOf(ana.portrait),
      'bea.jpg': await selfieOf(bea.portrait),
      'broken.jpg': (await selfieOf(ana.selfie)).subarray(0, 900),
      'blank.png': await sharp({ create: { width: 300, height: 400, channels: 3, background: '#999' } })
        .png()
        .toBuffer(),
      'empty.jpg': Buffer.alloc(0),
    });
    const { stdout } = await local('schema');
    isAnswer = new Ajv2020({ strict: false }).compile(JSON.parse(stdout) as object);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  async function save(files: Readonly<Record<string, Buffer | string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  }

  function local(...given: string[]): Promise<Ended> {
    return localWith({}, given);
  }

  function localWith(environment: Record<string, string>, given: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [packagePath('dist/scripts/local.js'), ...given], {
      cwd: folder,
      env: { PATH: process.env['PATH'], LOCAL_INFERENCE_TIMEOUT_MS: '60000', ...environment },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })));
  }

  async function answerOf(...given: string[]): Promise<Record<string, unknown>> {
    const { exitCode, stdout } = await local(...given);
    expect(exitCode).toBe(0);
    const answer: unknown = JSON.parse(stdout);
    expect(isAnswer(answer)).toBe(true);
    return answer as Record<string, unknown>;
  }

  describe.each(wholeOr(['fused', 'clean'], (set) => set === 'clean'))('with the set %s', (set) => {
    it('finds that two photographs show one person', async () => {
      const answer = await answerOf('compare', '--set', set, 'ana.jpg', 'ana-before.jpg');
      expect(answer).toMatchObject({ kind: 'compare', outcome: 'compared', usable: true, samePhotograph: false });
      expect(answer['band']).toMatch(/^(strong|match)$/);
      expect(answer['procedure']).toContain(` ${set} `);
    });

    it('finds that two photographs show two people', async () => {
      const answer = await answerOf('compare', '--set', set, 'ana.jpg', 'bea.jpg');
      expect(answer).toMatchObject({ outcome: 'compared', band: 'different' });
    });
  });

  it('tells that one photograph was given twice', async () => {
    const answer = await answerOf('compare', 'ana.jpg', 'ana.jpg');
    expect(answer).toMatchObject({ outcome: 'compared', samePhotograph: true });
  });

  it('tells no face in a picture from no match, and nothing to read', async () => {
    const names = ['broken.jpg', 'blank.png', 'empty.jpg'];
    const questions = names.flatMap((name) => [
      { kind: 'compare', paths: ['ana.jpg', name] },
      { kind: 'read', paths: [name] },
    ]);
    await save({ 'unusable.jsonl': questions.map((question) => JSON.stringify(question)).join('\n') });
    const { exitCode, stdout } = await local('batch', 'unusable.jsonl');
    expect(exitCode).toBe(0);
    const answers = linesOf(stdout);
    expect(answers).toHaveLength(questions.length);
    for (const [at, answer] of answers.entries()) {
      expect(isAnswer(answer)).toBe(true);
      if (at % 2 === 0) {
        expect(answer).toMatchObject({ outcome: 'not_acquired', usable: false, similarity: null, band: null });
        expect(answer['pictures']).toMatchObject([{ reasons: [] }, { reasons: ['no_face_found'] }]);
      } else {
        expect(answer).toMatchObject({ outcome: 'not_acquired', identity: null, document: null });
        expect(answer['front']).toMatchObject({ mrz: null, barcode: null, reasons: [expect.any(String)] });
      }
    }
  });

  it('reads what a card says', async () => {
    const answer = await answerOf('read', 'card.jpg');
    expect(answer).toMatchObject({
      kind: 'read',
      outcome: 'read',
      front: { reasons: [], mrz: { lines: drawn.mrz, proposal: null }, barcode: null },
      back: null,
      document: { number: drawn.data.documentNumber, expiryDate: drawn.data.expiryDate },
      identity: { birthDate: drawn.data.birthDate },
    });
    expect(answer['checks']).toContainEqual(
      expect.objectContaining({ kind: 'document_authenticity', result: 'fail', reasonCodes: ['document_specimen'] }),
    );
  });

  it('reads the barcode on the back of a licence', async () => {
    const answer = await answerOf('read', 'licence.jpg', '--back', 'licence-back.jpg');
    expect(answer).toMatchObject({ outcome: 'read', front: { mrz: null }, back: { barcode: licenceText } });
  });

  it('reads every picture of a folder by name', async () => {
    await mkdir(join(folder, 'scans'));
    await save({
      'scans/b.png': await readFile(join(folder, 'blank.png')),
      'scans/a.jpg': await readFile(join(folder, 'card.jpg')),
      'scans/list.txt': 'no picture',
    });
    const { exitCode, stdout } = await local('batch', 'scans');
    expect(exitCode).toBe(0);
    const answers = linesOf(stdout);
    expect(answers.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a.jpg', 'read'],
      ['b.png', 'not_acquired'],
    ]);
  });

  it('reports a whole case as the product would', async () => {
    const answer = await answerOf(
      'verify',
      '--document',
      'card.jpg',
      '--selfie',
      'ana.jpg',
      '--reference',
      'ana-before.jpg',
    );
    expect(answer).toMatchObject({ kind: 'verify', outcome: 'reported' });
    expect(answer['checks']).toContainEqual(expect.objectContaining({ kind: 'face_match', result: 'pass' }));
    expect(answer['checks']).toContainEqual(
      expect.objectContaining({ kind: 'reference_portrait_match', result: 'pass' }),
    );
  });

  it('answers every line of a batch in the order asked, whatever is in it', async () => {
    await save({
      'batch.jsonl': [
        JSON.stringify({ id: 'alike', kind: 'compare', paths: ['ana.jpg', 'ana-before.jpg'] }),
        'no JSON',
        '',
        JSON.stringify({ kind: 'compare', paths: ['ana.jpg', 'bea.jpg'] }),
        JSON.stringify({ id: 'gone', kind: 'compare', paths: ['ana.jpg', 'not-there.jpg'] }),
        JSON.stringify({ id: 'short', kind: 'compare', paths: ['ana.jpg'] }),
        JSON.stringify({ id: 'broken', kind: 'compare', paths: ['ana.jpg', 'broken.jpg'] }),
        JSON.stringify({ id: 'case', kind: 'verify', paths: { document: 'card.jpg', selfie: 'ana.jpg' } }),
      ].join('\n'),
    });
    const { exitCode, stdout, stderr } = await local('batch', 'batch.jsonl', '--workers', '2');
    const answers = linesOf(stdout);
    expect([exitCode, stderr]).toEqual([1, 'batch.jsonl: 7 asked, 3 without an answer\n']);
    for (const answer of answers) expect(isAnswer(answer)).toBe(true);
    expect(answers.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['alike', 'compared'],
      ['2', 'error'],
      ['4', 'compared'],
      ['gone', 'error'],
      ['short', 'error'],
      ['broken', 'not_acquired'],
      ['case', 'reported'],
    ]);
    const codes = answers.flatMap(({ error }) => (error as { code: string } | undefined)?.code ?? []);
    expect(codes).toEqual(['line_not_understood', 'file_unreadable', 'line_not_understood']);
  });

  it('goes on when its process dies in the middle', async () => {
    const line = (id: number): string =>
      JSON.stringify({ id: String(id), kind: 'compare', paths: ['ana.jpg', 'bea.jpg'] });
    await save({ 'many.jsonl': Array.from({ length: 8 }, (_, id) => line(id)).join('\n') });
    const child = spawn(process.execPath, [packagePath('dist/scripts/local.js'), 'batch', 'many.jsonl'], {
      cwd: folder,
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    await once(child.stdout, 'data');
    const workers = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    for (const pid of workers.trim().split(' ')) process.kill(Number(pid), 'SIGSEGV');
    await once(child, 'close');
    const answers = linesOf(stdout);
    expect(answers.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    for (const { outcome } of answers) expect(outcome).toBe('compared');
  });

  it.each([
    ['no command', [], 2],
    ['an unknown command', ['guess', 'ana.jpg'], 2],
    ['one picture to compare', ['compare', 'ana.jpg'], 2],
    ['three pictures to compare', ['compare', 'ana.jpg', 'bea.jpg', 'card.jpg'], 2],
    ['an unknown option', ['compare', 'ana.jpg', 'bea.jpg', '--loud'], 2],
    ['an unknown set', ['compare', 'ana.jpg', 'bea.jpg', '--set', 'best'], 2, /^--set: /],
    ['no workers', ['batch', 'batch.jsonl', '--workers', '0'], 2],
    ['a verification without selfie', ['verify', '--document', 'card.jpg'], 2],
    ['a batch that is not there', ['batch', 'nothing.jsonl'], 3],
    ['a folder without pictures', ['batch', 'empty'], 0, /^empty: nothing to answer; /],
  ])('explains %s on standard error only', async (_, given, expected, words = /./) => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    const { exitCode, stdout, stderr } = await local(...given);
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: '' });
    expect(stderr).toMatch(words);
  });

  it('says that a file cannot be read', async () => {
    const { exitCode, stdout } = await local('compare', 'ana.jpg', 'not-there.jpg');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'error', error: { code: 'file_unreadable' } });
  });

  it('says that the models are not there, and answers nothing', async () => {
    await mkdir(join(folder, 'no-models'));
    const environment = { LOCAL_MODELS_DIR: join(folder, 'no-models') };
    const { exitCode, stdout, stderr } = await localWith(environment, ['compare', 'ana.jpg', 'bea.jpg']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/^Model .* cannot be read\.\n$/);
  });
});
