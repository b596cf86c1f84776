import {
  drawCardBack,
  drawDataPage,
  machineReadableZone,
  PRINTED_DATES,
  TINTS,
  type Drawing,
} from '../specimens/index.js';
import { CARD_PIXELS, photographOnDesk } from './desk-photograph.js';
import { DEMO_PEOPLE, type DemoPerson } from './people.js';
import { cropHead, HEADS } from './photographs.js';

/** JPEG bytes of everything one demo person has. */
export interface DemoPictures {
  /** What enrolment kept. */
  referencePortrait: Uint8Array;
  documentFront: Uint8Array;
  documentBack: Uint8Array;
  /** Front of another card of theirs: everything on it is the same but its number. */
  otherDocument: Uint8Array;
  /** From another photograph than the one on the card. */
  selfie: Uint8Array;
  /** Another person's. */
  otherSelfie: Uint8Array;
}

export const PICTURES_OF_A_PERSON = [
  'referencePortrait',
  'documentFront',
  'documentBack',
  'otherDocument',
  'selfie',
  'otherSelfie',
] as const satisfies readonly (keyof DemoPictures)[];

let rendered: Promise<ReadonlyMap<DemoPerson['login'], DemoPictures>> | undefined;

/**
 * Makes the demo's pictures from the sample photographs of a development dependency; none is kept in the repository.
 * Drawn once per process. Rejects when that package is not installed.
 */
export function renderDemoPictures(): Promise<ReadonlyMap<DemoPerson['login'], DemoPictures>> {
  rendered ??= renderAll();
  return rendered;
}

async function renderAll(): Promise<ReadonlyMap<DemoPerson['login'], DemoPictures>> {
  return new Map(
    await Promise.all(DEMO_PEOPLE.map(async (person) => [person.login, await renderPerson(person)] as const)),
  );
}

async function renderPerson(person: DemoPerson): Promise<DemoPictures> {
  const portrait = await printedPortrait(person);
  const drawing = drawingOf(person, portrait);
  const other = drawingOf({ ...person, documentNumber: person.otherDocumentNumber }, portrait);
  const [faces, front, back, otherFront] = await Promise.all([
    facesOf(person.photographs),
    drawDataPage('td2', drawing),
    drawCardBack('td2', drawing),
    drawDataPage('td2', other),
  ]);
  return {
    ...faces,
    documentFront: await photographOnDesk(front, 2.5),
    documentBack: await photographOnDesk(back, -1.5),
    otherDocument: await photographOnDesk(otherFront, 2.5),
  };
}

function drawingOf(person: DemoPerson, portrait: Buffer): Drawing {
  return {
    data: person,
    mrz: machineReadableZone('td2', person),
    portrait,
    pixels: CARD_PIXELS,
    tint: TINTS[0],
    isMarked: true,
    printDate: PRINTED_DATES.dots,
  };
}

/** Less colour, less contrast, slightly soft: what a card printer makes of a photograph. */
async function printedPortrait({ photographs }: DemoPerson): Promise<Buffer> {
  const crop = await cropHead(HEADS[photographs].portrait, { width: 386, height: 496, faceWidth: 217, drop: -0.08 });
  return crop.modulate({ saturation: 0.6 }).linear(0.9, 18).blur(0.5).png().toBuffer();
}

type FacePictures = Pick<DemoPictures, 'referencePortrait' | 'selfie' | 'otherSelfie'>;

const SELFIE_FRAME = { width: 720, height: 900, faceWidth: 350, drop: -0.05 };
const faces = new Map<DemoPerson['photographs'], Promise<FacePictures>>();

function facesOf(photographs: DemoPerson['photographs']): Promise<FacePictures> {
  const known = faces.get(photographs) ?? renderFaces(photographs);
  faces.set(photographs, known);
  return known;
}

async function renderFaces(photographs: DemoPerson['photographs']): Promise<FacePictures> {
  const [reference, selfie, other] = await Promise.all([
    cropHead(HEADS[photographs].portrait, { width: 600, height: 760, faceWidth: 320, drop: -0.05 }),
    cropHead(HEADS[photographs].selfie, SELFIE_FRAME),
    cropHead(HEADS[photographs].other, SELFIE_FRAME),
  ]);
  return {
    referencePortrait: await reference.modulate({ saturation: 0.75 }).jpeg({ quality: 90 }).toBuffer(),
    selfie: await selfie.modulate({ brightness: 1.1 }).jpeg({ quality: 88 }).toBuffer(),
    otherSelfie: await other.jpeg({ quality: 88 }).toBuffer(),
  };
}
