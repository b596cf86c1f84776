import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createImageSanitiser, type ImageSanitiser } from './image-sanitiser.js';
import { createReviewCopies, type ReviewCopies } from './review-copies.js';

export const IMAGE_SANITISER = Symbol('image sanitiser');
export const REVIEW_COPIES = Symbol('review copies');

/** The one place where pictures from outside are decoded: in child processes, never in ours. */
@Module({
  providers: [
    { provide: IMAGE_SANITISER, useFactory: () => createImageSanitiser() },
    { provide: REVIEW_COPIES, useFactory: () => createReviewCopies() },
  ],
  exports: [IMAGE_SANITISER, REVIEW_COPIES],
})
export class PicturesModule implements OnApplicationShutdown {
  constructor(
    @Inject(IMAGE_SANITISER) private readonly sanitiser: ImageSanitiser,
    @Inject(REVIEW_COPIES) private readonly copies: ReviewCopies,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.sanitiser.close(), this.copies.close()]);
  }
}
