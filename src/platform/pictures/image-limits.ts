/** Of one picture as it is sent. */
export const MAX_PICTURE_BYTES = 10 * 1024 * 1024;
/** What a picture may be sent as. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** What a picture may be before anything decodes it, and what comes out. */
export interface ImageLimits {
  maxBytes: number;
  /** Width times height as the file's header claims them. */
  maxPixels: number;
  maxSidePixels: number;
  minSidePixels: number;
  /** Larger pictures are scaled down to this. */
  outputLongEdgePixels: number;
  jpegQuality: number;
}

/** 50 megapixels is every phone's ordinary mode; the sides keep a strip of 1 x 50,000,000 out. */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxBytes: MAX_PICTURE_BYTES,
  maxPixels: 50_000_000,
  maxSidePixels: 12_000,
  minSidePixels: 200,
  outputLongEdgePixels: 2_560,
  jpegQuality: 90,
};
