/* A photo as the form sends it: no longer than the server wants it, as a JPEG without anything else in it. */
const MAX_EDGE_PIXELS = 2560;
const JPEG_QUALITY = 0.9;

/** What a picture of this size is scaled by; 1 when it is small enough. */
export const scaleOf = ({ width, height }) => Math.min(1, MAX_EDGE_PIXELS / Math.max(width, height));

/** `source`: anything a canvas can draw. @throws Error when the browser makes no JPEG of it */
export async function photoOf(source, { width, height }) {
  const scale = scaleOf({ width, height });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.getContext('2d').drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', JPEG_QUALITY));
  if (!blob) throw new Error('no JPEG');
  return new File([blob], 'photo.jpg', { type: 'image/jpeg' });
}
