import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createImageSanitiser, type ImageSanitiser } from './image-sanitiser.js';

export const IMAGE_SANITISER = Symbol('image sanitiser');

/** The one place where pictures from outside are decoded: in child processes, never in ours. */
@Module({
  providers: [{ provide: IMAGE_SANITISER, useFactory: () => createImageSanitiser() }],
  exports: [IMAGE_SANITISER],
})
export class PicturesModule implements OnApplicationShutdown {
  constructor(@Inject(IMAGE_SANITISER) private readonly sanitiser: ImageSanitiser) {}

  async onApplicationShutdown(): Promise<void> {
    await this.sanitiser.close();
  }
}
