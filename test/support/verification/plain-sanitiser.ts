import type { ImageSanitiser } from '../../../src/platform/pictures/image-sanitiser.js';

/** Bytes stay as they are; every picture is sharp and well lit. */
export const plainSanitiser: ImageSanitiser = {
  sanitise: async (bytes) => ({
    jpeg: bytes,
    width: 1200,
    height: 900,
    sharpness: 300,
    meanLuminance: 120,
    perceptualHash: '0'.repeat(16),
  }),
  close: async () => undefined,
};
