import { describe, expect, it } from '@jest/globals';
import { ImageRefusedError } from '../platform/pictures/image-sanitiser.js';
import { PortraitLooks, ReferencePortraits } from './reference-portraits.js';

const CLEAN = { width: 600, height: 760, sharpness: 300, meanLuminance: 120, perceptualHash: '0'.repeat(16) };
const sanitiser = {
  sanitise: async (bytes: Uint8Array) => ({ ...CLEAN, jpeg: Uint8Array.of(...bytes, 0) }),
  close: async () => undefined,
};

const nothingHeld = async (): Promise<boolean> => false;

describe('a portrait for a proofing record', () => {
  it('is kept as it was cleaned, where nobody can look at faces', async () => {
    const portraits = new ReferencePortraits(new PortraitLooks(), sanitiser);
    expect(await portraits.take(Uint8Array.of(1), nothingHeld)).toEqual(Uint8Array.of(1, 0));
  });

  it('is refused with the reason when later selfies could not be compared with it', async () => {
    const looks = new PortraitLooks();
    const seen: Uint8Array[] = [];
    looks.look = async (jpeg) => {
      seen.push(jpeg);
      return ['no_face_found'];
    };
    const refused = new ReferencePortraits(looks, sanitiser).take(Uint8Array.of(1), nothingHeld);
    await expect(refused).rejects.toMatchObject({
      code: 'picture_refused',
      options: { errors: [{ pointer: '/portrait', code: 'no_face_found' }] },
    });
    expect(seen).toEqual([Uint8Array.of(1, 0)]);
  });

  it('is refused when it is no picture, before anybody looks', async () => {
    const refusing = {
      ...sanitiser,
      sanitise: async () => Promise.reject(new ImageRefusedError('unsupported_format')),
    };
    const refused = new ReferencePortraits(new PortraitLooks(), refusing).take(Uint8Array.of(1), nothingHeld);
    await expect(refused).rejects.toMatchObject({ code: 'picture_refused' });
  });
});
