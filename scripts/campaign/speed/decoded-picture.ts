import sharp from 'sharp';

/** 8-bit RGB, decoded beforehand: decoding is not what is compared. */
export interface DecodedPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

export async function decoded(picture: Uint8Array): Promise<DecodedPicture> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
}
