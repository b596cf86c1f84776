import type { CheckReason, EvidenceKind } from '../../kit/index.js';
import type { ComparisonPictures, FaceComparison, FacePairComparison } from '../types.js';
import { alignFace, ALIGNED_SIZE } from './alignment.js';
import { bandOf } from './comparison-bands.js';
import { normaliseDescriptor, similarityOf, type Descriptor } from './descriptor.js';
import { type FaceFinder, type FoundFace } from './face-finder.js';
import { measureFace, PORTRAIT_LIMITS, qualityReasons, SELFIE_LIMITS } from './face-quality.js';
import { copyCorrelation, NEAR_COPY_CORRELATION } from './near-copy.js';
import type { Patch } from './patch.js';
import { decodePicture, UnreadablePictureError, type Picture } from './picture.js';

/** Runs the descriptor network on one aligned patch. */
export type DescribeFace = (aligned: Patch) => Promise<Float32Array>;

/** A second face this large, against the largest, makes a selfie ambiguous. Smaller ones are people far behind. */
const RIVAL_FACE_SHARE = 0.4;

/** Pictures are shrunk to this before anything looks at them; portraits on cards need more than selfies. */
const SELFIE_MAX_SIDE = 1280;
const DOCUMENT_MAX_SIDE = 2000;

interface UsableFace {
  aligned: Patch;
  descriptor: Descriptor;
}

interface Analysis {
  reasons: CheckReason[];
  face?: UsableFace;
}

/** Finds, judges, aligns and compares faces. Never throws for what a picture shows; only for broken models. */
export class FaceAnalyser {
  constructor(
    private readonly finder: FaceFinder,
    private readonly describe: DescribeFace,
  ) {}

  /** Compares every pair of the pictures given. */
  async compare({ selfie, document, reference }: ComparisonPictures): Promise<FaceComparison> {
    const selfieFace = await this.complete(await this.findSelfieFace(selfie));
    const documentFace = await this.complete(await this.findDocumentFace(document));
    const referenceFace = reference && (await this.complete(await this.findReferenceFace(reference)));
    return {
      selfie: { reasons: selfieFace.reasons },
      document: { reasons: documentFace.reasons },
      reference: referenceFace && { reasons: referenceFace.reasons },
      selfieToDocument: comparePair(selfieFace, documentFace),
      selfieToReference: comparePair(selfieFace, referenceFace),
      documentToReference: comparePair(documentFace, referenceFace),
    };
  }

  /** Whether a picture just taken will do; empty when it will. The back of a document holds no face to look for. */
  async checkCapture(evidence: EvidenceKind, picture: Uint8Array): Promise<CheckReason[]> {
    if (evidence === 'selfie') return (await this.findSelfieFace(picture)).reasons;
    if (evidence === 'document_front') return (await this.findDocumentFace(picture)).reasons;
    return (await decoded(picture, DOCUMENT_MAX_SIDE)) ? [] : ['document_unreadable'];
  }

  private async findSelfieFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, SELFIE_MAX_SIDE);
    const [largest, second] = picture ? await this.finder.findInSelfie(picture) : [];
    if (!largest) return { reasons: ['no_face_found'] };
    if (second && second.face.box.width >= RIVAL_FACE_SHARE * largest.face.box.width)
      return { reasons: ['several_faces_found'] };
    return { found: largest, reasons: qualityReasons(measureFace(largest), SELFIE_LIMITS) };
  }

  private async findDocumentFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, DOCUMENT_MAX_SIDE);
    if (!picture) return { reasons: ['document_unreadable'] };
    const found = await this.finder.findInDocument(picture);
    if (!found) return { reasons: ['no_portrait_on_document'] };
    return { found, reasons: qualityReasons(measureFace(found), PORTRAIT_LIMITS) };
  }

  private async findReferenceFace(bytes: Uint8Array): Promise<LocatedFace> {
    const picture = await decoded(bytes, SELFIE_MAX_SIDE);
    const [found] = picture ? await this.finder.findInSelfie(picture) : [];
    if (!found) return { reasons: ['no_face_found'] };
    return { found, reasons: qualityReasons(measureFace(found), PORTRAIT_LIMITS) };
  }

  private async complete({ found, reasons }: LocatedFace): Promise<Analysis> {
    if (!found || reasons.length > 0) return { reasons };
    const aligned = found.pyramid.cut(alignFace(found.face.points), ALIGNED_SIZE);
    const descriptor = normaliseDescriptor(await this.describe(aligned));
    // A model that answers with zeros or NaN has not seen a face; it must not reach a comparison.
    return descriptor ? { reasons, face: { aligned, descriptor } } : { reasons: ['no_face_found'] };
  }
}

interface LocatedFace {
  found?: FoundFace;
  reasons: CheckReason[];
}

function comparePair(one: Analysis, other: Analysis | undefined): FacePairComparison | undefined {
  if (!one.face || !other?.face) return undefined;
  const similarity = similarityOf(one.face.descriptor, other.face.descriptor);
  const samePhotograph = copyCorrelation(one.face.aligned, other.face.aligned) >= NEAR_COPY_CORRELATION;
  return { similarity, band: bandOf(similarity), samePhotograph };
}

async function decoded(bytes: Uint8Array, maxSide: number): Promise<Picture | undefined> {
  try {
    return await decodePicture(bytes, maxSide);
  } catch (error) {
    if (error instanceof UnreadablePictureError) return undefined;
    throw error;
  }
}
