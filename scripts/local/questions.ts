import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const path = z.string().min(1);

/** One thing to look at. Paths are files; in a batch they start at the batch file's folder. */
export const question = z.discriminatedUnion('kind', [
  z.strictObject({ id: z.string().optional(), kind: z.literal('compare'), paths: z.tuple([path, path]) }),
  z.strictObject({
    id: z.string().optional(),
    kind: z.literal('read'),
    /** Front, and back when there is one. */
    paths: z.union([z.tuple([path]), z.tuple([path, path])]),
  }),
  z.strictObject({
    id: z.string().optional(),
    kind: z.literal('verify'),
    paths: z.strictObject({
      document: path,
      back: path.optional(),
      selfie: path,
      reference: path.optional(),
    }),
  }),
]);

export type Question = z.infer<typeof question>;
export type QuestionKind = Question['kind'];

/** A question, or why a line is none. In a batch `id` is the line's own, else its number from 1. */
export type BatchLine = { id?: string; question: Question } | { id?: string; problem: string };

const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/**
 * What is asked in a file of JSON lines, or a `read` of every picture in a folder by name. Empty lines are skipped. Throws
 * what the file system throws when there is no such file.
 */
export async function* readBatch(source: string): AsyncGenerator<BatchLine> {
  if ((await stat(source)).isDirectory()) {
    const names = (await readdir(source)).filter((name) => PICTURE_EXTENSIONS.has(extname(name).toLowerCase()));
    for (const name of names.sort()) yield { id: name, question: { kind: 'read', paths: [join(source, name)] } };
    return;
  }
  const folder = dirname(resolve(source));
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(source), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() !== '') yield parseLine(text, { number, folder });
  }
}

function parseLine(text: string, { number, folder }: { number: number; folder: string }): BatchLine {
  const id = String(number);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id, problem: 'The line is not JSON.' };
  }
  const parsed = question.safeParse(value);
  if (!parsed.success) return { id: idOf(value) ?? id, problem: z.prettifyError(parsed.error) };
  return { id: parsed.data.id ?? id, question: withinFolder(parsed.data, folder) };
}

function idOf(value: unknown): string | undefined {
  const parsed = z.object({ id: z.string() }).safeParse(value);
  return parsed.success ? parsed.data.id : undefined;
}

function withinFolder(asked: Question, folder: string): Question {
  const at = (file: string): string => resolve(folder, file);
  switch (asked.kind) {
    case 'compare':
      return { ...asked, paths: [at(asked.paths[0]), at(asked.paths[1])] };
    case 'read':
      return {
        ...asked,
        paths: asked.paths.length === 1 ? [at(asked.paths[0])] : [at(asked.paths[0]), at(asked.paths[1])],
      };
    case 'verify': {
      const { document, back, selfie, reference } = asked.paths;
      const paths = {
        document: at(document),
        back: back && at(back),
        selfie: at(selfie),
        reference: reference && at(reference),
      };
      return { ...asked, paths };
    }
  }
}
