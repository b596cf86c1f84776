import { agreement } from './agreement.js';
import { camera } from './camera.js';
import { evidence } from './evidence.js';
import { frame } from './frame.js';
import { outcome } from './outcome.js';
import { passkey } from './passkey.js';
import { reasons, unknownReason } from './reasons.js';
import { start } from './start.js';

/** English, the catalogue all others are measured against: its type is the type of every catalogue. */
export const en = {
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
