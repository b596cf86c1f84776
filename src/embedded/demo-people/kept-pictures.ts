import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEMO_PEOPLE, type DemoPerson } from './people.js';
import { PICTURES_OF_A_PERSON, renderDemoPictures, type DemoPictures } from './render-pictures.js';

export type DemoPicturesByLogin = ReadonlyMap<DemoPerson['login'], DemoPictures>;

/**
 * Looks for the demo's pictures when first asked: in this folder, or drawn into it when it is not there. A later start need
 * not draw again, and what people hold in their hands stays what their portraits on file were made with. What it returns
 * rejects as `renderDemoPictures` does.
 */
export function demoPicturesIn(folder: string): () => Promise<DemoPicturesByLogin> {
  let pictures: Promise<DemoPicturesByLogin> | undefined;
  return () => (pictures ??= readOrDraw(folder));
}

async function readOrDraw(folder: string): Promise<DemoPicturesByLogin> {
  const kept = await read(folder);
  if (kept) return kept;
  const drawn = await renderDemoPictures();
  await keep(folder, drawn);
  return drawn;
}

/** Undefined when any is missing. */
async function read(folder: string): Promise<DemoPicturesByLogin | undefined> {
  try {
    return new Map(
      await Promise.all(DEMO_PEOPLE.map(async ({ login }) => [login, await readPerson(join(folder, login))] as const)),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readPerson(folder: string): Promise<DemoPictures> {
  const files = PICTURES_OF_A_PERSON.map(async (name) => [name, await readFile(join(folder, `${name}.jpg`))] as const);
  return Object.fromEntries(await Promise.all(files)) as unknown as DemoPictures;
}

/** There completely or not at all: they are written beside it first. */
async function keep(folder: string, pictures: DemoPicturesByLogin): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}-`);
  for (const [login, person] of pictures) {
    await mkdir(join(partial, login));
    for (const name of PICTURES_OF_A_PERSON) await writeFile(join(partial, login, `${name}.jpg`), person[name]);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}
