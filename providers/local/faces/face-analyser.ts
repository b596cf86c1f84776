import type { CheckReason, EvidenceKind } from '../../kit/index.js';
import type {
  ComparisonPictures,
  DocumentFinding,
  FaceComparison,
  FaceFinding,
  FacePairComparison,
  PictureComparison,
  PlacedFace,
} from '../types.js';
import type { AttackSignal } from './attack-signal.js';
import type { DescribedFace, FaceComparer } from './face-comparison.js';
import type { FaceFinder, FoundFace } from './face-finder.js';
import {
  ANY_PICTURE_LIMITS,
  measureFace,
  PORTRAIT_LIMITS,
  qualityReasons,
  SELFIE_LIMITS,
  SURE_PRESENCE,
  type QualityLimits,
} from './face-quality.js';
import { boxCentre } from './geometry.js';
import type { GhostFinder } from './ghost-image.js';
import { fingerprintOf, type PictureFingerprint } from './picture-fingerprint.js';
import { decodePicture, UnreadablePictureError, type Picture } from './picture.js';

/** A second face this large, against the largest, makes a selfie ambiguous. Smaller ones are people far behind. */
const RIVAL_FACE_SHARE = 0.4;

/**
 * A second face this large, against the portrait, is no ghost of it: a photograph beside the document, or a second
 * document, may have given the portrait. A smaller one is compared as a ghost is: pale and coarse, it is like nobody.
 */
const SECOND_PORTRAIT_SHARE = 0.5;

/** Pictures are shrunk to this before anything looks at them; portraits on cards need more than selfies. */
const SELFIE_MAX_SIDE = 1280;
const DOCUMENT_MAX_SIDE = 2000;

export interface FaceAnalyserParts {
  finder: Pick<FaceFinder, 'findInSelfie' | 'findInDocument'>;
  ghosts: Pick<GhostFinder, 'find'>;
  comparer: FaceComparer;
  /** Absent when the set has none. */
  attackSignal?: Pick<AttackSignal, 'look'>;
  procedure: string;
}

interface LocatedFace {
  found?: FoundFace;
  /** Further faces in the picture of a document. */
  others?: readonly FoundFace[];
  reasons: CheckReason[];
}

/** A face with what is wrong with its picture; without a description there is nothing to compare. */
export interface InspectedFace extends LocatedFace {
  described?: DescribedFace;
}

/** Finds, judges, aligns and compares faces. Never throws for what a picture shows; only for broken models. */
export class FaceAnalyser {
  constructor(private readonly parts: FaceAnalyserParts) {}

  /** Compares every pair of the pictures given, and a document's second portrait with its first. */
  async compare({ selfie, document, reference }: ComparisonPictures): Promise<FaceComparison> {
    const { attackSignal, procedure } = this.parts;
    const selfieFace = await this.inspect('selfie', selfie);
    const documentFace = await this.inspect('document_front', document);
    const referenceFace = reference && (await this.describe(await this.findReferenceFace(reference)));
    return {
      procedure,
      selfie: { reasons: selfieFace.reasons },
      document: documentFinding(documentFace),
      reference: referenceFace && { reasons: referenceFace.reasons },
      selfieToDocument: this.comparePair(selfieFace, documentFace),
      selfieToReference: this.comparePair(selfieFace, referenceFace),
      documentToReference: this.comparePair(documentFace, referenceFace),
      secondPortrait: await this.compareSecondPortrait(documentFace),
      attack: attackSignal && (selfieFace.found ? await attackSignal.look(selfieFace.found) : { state: 'not_looked' }),
    };
  }

  /** Compares any two pictures of faces, whatever they are of. */
  async compareTwo([one, other]: [Uint8Array, Uint8Array]): Promise<PictureComparison> {
    const first = await this.describe(await this.findAnyFace(one));
    const second = await this.describe(await this.findAnyFace(other));
    return {
      procedure: this.parts.procedure,
      pictures: [{ reasons: first.reasons }, { reasons: second.reasons }],
      comparison: this.comparePair(first, second),
    };
  }

  /** Looks at one picture for as many comparisons as may follow. */
  async inspect(evidence: 'selfie' | 'document_front', picture: Uint8Array): Promise<InspectedFace> {
    const located = evidence === 'selfie' ? this.findSelfieFace(picture) : this.findDocumentFace(picture);
    return this.describe(await located);
  }

  /** Undefined when one of the two shows no face. */
  comparePair(one: InspectedFace, other: InspectedFace | undefined): FacePairComparison | undefined {
    if (!one.described || !other?.described) return undefined;
    const usable = one.reasons.length === 0 && other.reasons.length === 0;
    return { ...this.parts.comparer.compare(one.described, other.described), usable };
  }

  /** The main face of a picture that is decoded already, described by every network; for measuring. */
  async describePicture(picture: Picture): Promise<DescribedFace | undefined> {
    const found = await this.findMain(picture);
    return found && this.parts.comparer.describe(found);
  }

  /** Whether a picture just taken will do; empty when it will. The back of a document holds no face to look for. */
  async checkCapture(evidence: EvidenceKind, picture: Uint8Array): Promise<FaceFinding & Partial<DocumentFinding>> {
    if (evidence === 'selfie') return { reasons: (await this.findSelfieFace(picture)).reasons };
    if (evidence === 'document_front') return documentFinding(await this.findDocumentFace(picture));
    return { reasons: (await decoded(picture, DOCUMENT_MAX_SIDE)) ? [] : ['document_unreadable'] };
  }

  /** Whether a picture will do as the portrait that is kept of somebody; empty when it will. */
  async checkReference(picture: Uint8Array): Promise<FaceFinding> {
    return { reasons: (await this.describe(await this.findReferenceFace(picture))).reasons };
  }

  /** The code by which the same photograph is known again on another case; undefined when it shows no face. */
  async fingerprint(bytes: Uint8Array): Promise<PictureFingerprint | undefined> {
    const picture = await decoded(bytes, SELFIE_MAX_SIDE);
    const found = picture && (await this.findMain(picture));
    return found && fingerprintOf(found);
  }

  private async findSelfieFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, SELFIE_MAX_SIDE);
    const [largest, second] = picture ? await this.parts.finder.findInSelfie(picture) : [];
    if (!largest) return { reasons: ['no_face_found'] };
    return rivals(largest, second) ? { reasons: ['several_faces_found'] } : judged(largest, SELFIE_LIMITS);
  }

  private async findDocumentFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, DOCUMENT_MAX_SIDE);
    if (!picture) return { reasons: ['document_unreadable'] };
    const [portrait, ...others] = await this.parts.finder.findInDocument(picture);
    if (!portrait) return { reasons: ['no_portrait_on_document'] };
    const { found, reasons } = judged(portrait, PORTRAIT_LIMITS);
    return { found, others, reasons: reasons.length > 0 ? ['portrait_unclear'] : [] };
  }

  private async findReferenceFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, SELFIE_MAX_SIDE);
    const [found, second] = picture ? await this.parts.finder.findInSelfie(picture) : [];
    if (!found) return { reasons: ['no_face_found'] };
    return rivals(found, second) ? { reasons: ['several_faces_found'] } : judged(found, PORTRAIT_LIMITS);
  }

  private async findAnyFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, DOCUMENT_MAX_SIDE);
    const found = picture && (await this.findMain(picture));
    return found ? judged(found, ANY_PICTURE_LIMITS) : { reasons: ['no_face_found'] };
  }

  private async findMain(picture: Picture): Promise<FoundFace | undefined> {
    const found = await this.parts.finder.findInSelfie(picture);
    const [main] = found.sort((one, other) => prominence(other) - prominence(one));
    if (main && main.face.presence >= SURE_PRESENCE) return main;
    // What little a selfie's search is sure of on a card may be anything; the portrait is too small for it.
    const [portrait] = await this.parts.finder.findInDocument(picture);
    return portrait && portrait.face.presence > (main?.face.presence ?? -Infinity) ? portrait : main;
  }

  private async describe(located: LocatedFace): Promise<InspectedFace> {
    const { found } = located;
    const described = found && (await this.parts.comparer.describe(found));
    // A network that answers with zeros or NaN has not seen a face.
    if (found && !described) return { reasons: ['no_face_found'] };
    return { ...located, described };
  }

  /** A second portrait that differs from the first tells more than one that agrees. */
  private async compareSecondPortrait({
    found,
    described,
    others = [],
  }: InspectedFace): Promise<FaceComparison['secondPortrait']> {
    if (!found || !described) return undefined;
    const { comparer, ghosts } = this.parts;
    for (const other of others) {
      const face = await comparer.describe(other);
      if (!face) continue;
      if (other.face.box.width < SECOND_PORTRAIT_SHARE * found.face.box.width) {
        const small = comparer.compareGhost(face, described);
        if (small.agreement === 'differs') return small;
        continue;
      }
      const pair = comparer.compare(face, described);
      if (pair.band === 'different' && !pair.samePhotograph)
        return { agreement: 'differs', similarity: pair.similarity };
    }
    const ghost = await ghosts.find(found);
    const face = ghost && (await comparer.describe(ghost));
    return face && comparer.compareGhost(face, described);
  }
}

/** How large a face is, and how near the middle: at the edge of the picture half of its width counts. */
function prominence({ face: { box }, picture: { width, height } }: FoundFace): number {
  const { x, y } = boxCentre(box);
  const off = Math.hypot(x - width / 2, y - height / 2) / Math.hypot(width / 2, height / 2);
  return box.width * (1 - off / 2);
}

function rivals(largest: FoundFace, second: FoundFace | undefined): boolean {
  return second !== undefined && second.face.box.width >= RIVAL_FACE_SHARE * largest.face.box.width;
}

function documentFinding({ found, others = [], reasons }: LocatedFace): DocumentFinding {
  return { reasons, faces: found ? [found, ...others].map(placeOf) : [] };
}

/** Turned back, so that it is the picture as it was sent. */
function placeOf({ face: { box }, picture: { width, height }, quarters = 0 }: FoundFace): PlacedFace {
  const longer = Math.max(width, height);
  let centre = boxCentre(box);
  let size = { width, height };
  for (let quarter = 0; quarter < quarters; quarter++) {
    centre = { x: centre.y, y: size.width - centre.x };
    size = { width: size.height, height: size.width };
  }
  return { centre: { x: centre.x / longer, y: centre.y / longer }, width: box.width / longer };
}

function judged(found: FoundFace, limits: QualityLimits): LocatedFace {
  return { found, reasons: qualityReasons(measureFace(found), limits) };
}

async function decoded(bytes: Uint8Array, maxSide: number): Promise<Picture | undefined> {
  try {
    return await decodePicture(bytes, maxSide);
  } catch (error) {
    if (error instanceof UnreadablePictureError) return undefined;
    throw error;
  }
}
