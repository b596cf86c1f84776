import type { Catalogue } from '../catalogue.js';
import { agreement } from './agreement.js';
import { camera } from './camera.js';
import { evidence } from './evidence.js';
import { frame } from './frame.js';
import { outcome } from './outcome.js';
import { passkey } from './passkey.js';
import { reasons, unknownReason } from './reasons.js';
import { start } from './start.js';

/** German. */
export const de: Catalogue = {
  frame,
  start,
  agreement,
  evidence,
  camera,
  outcome,
  passkey,
  reasons,
  unknownReason,
};
