import sharp from 'sharp';

/** The pale second portrait that a card carries, as PNG of the given size. */
export function ghostOf(portrait: Buffer, { width, height }: { width: number; height: number }): Promise<Buffer> {
  return sharp(portrait).resize(width, height).greyscale().linear(0.6, 96).png().toBuffer();
}
