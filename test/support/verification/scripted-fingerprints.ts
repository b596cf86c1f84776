import { ProviderError, type PictureFingerprints } from '../../../providers/kit/index.js';

const BETWEEN = '|';

/** A picture of which `photograph` can be told, whatever its other bytes are. */
export const copyOf = (photograph: string, copy: string): Buffer => Buffer.from(`${photograph}${BETWEEN}${copy}`);

/** Knows pictures of {@link copyOf} again; one that says `nobody` shows no face. */
export class ScriptedFingerprints implements PictureFingerprints {
  method = 'scripted-1';
  down = false;
  readonly asked: string[] = [];

  async of(jpeg: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.down) throw new ProviderError('unavailable', 'nobody looks at pictures');
    const [photograph = ''] = Buffer.from(jpeg).toString().split(BETWEEN);
    this.asked.push(photograph);
    return photograph === 'nobody' ? undefined : Buffer.from(photograph);
  }

  same(one: Uint8Array, other: Uint8Array): boolean {
    return one.length > 0 && Buffer.from(one).equals(other);
  }
}
