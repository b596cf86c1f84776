import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { demoPicturesIn, renderDemoPictures, type DemoPicturesByLogin } from '../../src/embedded/demo-people/index.js';

/** The demo's pictures, from the service that others of this run are copied from when there is one already. */
export function demoPictures(): Promise<DemoPicturesByLogin> {
  const folder = join(process.env.TEST_SEEDED_SERVICE_DIR ?? '', 'demo-pictures');
  return existsSync(folder) ? demoPicturesIn(folder)() : renderDemoPictures();
}
