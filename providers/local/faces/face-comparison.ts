import type { SecondPortraitComparison, FacePairComparison } from '../types.js';
import { alignFace } from './alignment.js';
import { bandOf } from './comparison-bands.js';
import { similarityOf, type Descriptor } from './descriptor.js';
import type { FoundFace } from './face-finder.js';
import type { ModelSet } from './model-sets.js';
import { COPY_TEMPLATE, copyCorrelation, NEAR_COPY_CORRELATION } from './near-copy.js';
import { cutWholePatch, type Patch } from './patch.js';
import type { Recogniser } from './recogniser.js';

/** A face as every network of the set sees it. */
export interface DescribedFace {
  descriptors: readonly Descriptor[];
  /** For the question whether two pictures are one photograph. */
  patch: Patch;
}

/**
 * A ghost image is the portrait again, small and pale. Of the five that were made out on 44 drawn cards four are like the
 * portrait by 0.74 and more and score 0.33 and more, one whose points lie wrong by 0.22 and 0.02; other people's
 * portraits by 0.54 and 0.30 at most.
 */
const GHOST_SAME_CORRELATION = 0.62;
const GHOST_DIFFERENT_CORRELATION = 0.5;

/** The networks of a set, warm, and its rule. */
export class FaceComparer {
  constructor(
    private readonly set: ModelSet,
    private readonly recognisers: readonly Pick<Recogniser, 'describe'>[],
  ) {}

  /** Undefined when any network answers with something that is no description: it must not reach a comparison. */
  async describe(found: FoundFace): Promise<DescribedFace | undefined> {
    const descriptors: Descriptor[] = [];
    for (const recogniser of this.recognisers) {
      const descriptor = await recogniser.describe(found);
      if (!descriptor) return undefined;
      descriptors.push(descriptor);
    }
    const toPicture = alignFace(found.face.points, COPY_TEMPLATE);
    return { descriptors, patch: cutWholePatch(found.picture, toPicture, COPY_TEMPLATE.size) };
  }

  compare(one: DescribedFace, other: DescribedFace): Omit<FacePairComparison, 'usable'> {
    const similarity = this.scoreOf(one, other);
    return {
      similarity,
      band: bandOf(similarity, this.set.calibration.limits),
      samePhotograph: copyCorrelation(one.patch, other.patch) >= NEAR_COPY_CORRELATION,
    };
  }

  /** Only a ghost that is neither the same photograph nor anything like the same person differs. */
  compareGhost(ghost: DescribedFace, portrait: DescribedFace): SecondPortraitComparison {
    const similarity = this.scoreOf(ghost, portrait);
    const correlation = copyCorrelation(ghost.patch, portrait.patch);
    const alike = bandOf(similarity, this.set.calibration.limits) !== 'different';
    if (alike || correlation >= GHOST_SAME_CORRELATION) return { agreement: 'same', similarity };
    return { agreement: correlation < GHOST_DIFFERENT_CORRELATION ? 'differs' : 'unclear', similarity };
  }

  /** NaN when the networks' answers do not fit each other; {@link bandOf} calls that different. */
  private scoreOf(one: DescribedFace, other: DescribedFace): number {
    const cosines = this.recognisers.map((_, index) => {
      const [left, right] = [one.descriptors[index], other.descriptors[index]];
      return left && right ? similarityOf(left, right) : NaN;
    });
    return this.set.score(cosines);
  }
}
