import sharp from 'sharp';
import type { DocumentReader } from './documents/document-reader.js';
import { openDocumentReader } from './documents/open-document-reader.js';
import type { FaceModelChoice } from './face-models.js';
import type { FaceAnalyser } from './faces/face-analyser.js';
import { ModelUnusableError } from './model-files.js';
import { loadAnalyser } from './onnx-analyser.js';
import type { InferenceAnswers, InferenceTask, TaskMessage, WorkerMessage } from './types.js';

/*
 * All that the child process does. It decodes and looks at pictures that strangers sent, in native code, so it may be
 * killed or crash at any moment: it is given no secrets, writes no files, prints nothing and ends when its parent does.
 */

// The three formats that a person's pictures may have, whatever else libvips knows. From bytes: no file is opened.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});
sharp.concurrency(1);
sharp.cache(false);

interface Sight {
  faces: FaceAnalyser;
  documents: DocumentReader;
}

const [, , modelsDir = '', faceModels = ''] = process.argv;
const sight = await loadSight().catch((error: unknown) => {
  // Anything else, for want of memory say, may go well with the next process.
  if (!(error instanceof ModelUnusableError)) process.exit(1);
  // Leaving at once could lose the message.
  process.send?.({ kind: 'unusable', reason: error.message } satisfies WorkerMessage, () => process.exit(1));
  return undefined;
});

if (sight) {
  process.on('message', (message: TaskMessage) => void answer(sight, message));
  send({ kind: 'ready' });
}

async function loadSight(): Promise<Sight> {
  return {
    faces: await loadAnalyser(modelsDir, JSON.parse(faceModels) as FaceModelChoice),
    documents: await openDocumentReader(modelsDir),
  };
}

async function answer(able: Sight, { id, task }: TaskMessage): Promise<void> {
  try {
    const answered = await perform(able, task);
    send({ kind: 'answered', id, answer: answered, residentBytes: process.memoryUsage.rss() });
  } catch {
    send({ kind: 'failed', id });
  }
}

function perform({ faces, documents }: Sight, task: InferenceTask): Promise<InferenceAnswers[keyof InferenceAnswers]> {
  switch (task.kind) {
    case 'compare':
      return faces.compare(task.pictures);
    case 'compare_two':
      return faces.compareTwo(task.pictures);
    case 'fingerprint':
      return faces.fingerprint(task.picture);
    case 'read_side':
      return documents.readSide(task.picture, task);
    case 'glance_at_document':
      return documents.readSide(task.picture, { day: task.day, isFront: false, withPrint: false });
    case 'check_capture':
      return faces.checkCapture(task.evidence, task.picture);
    case 'check_reference':
      return faces.checkReference(task.picture);
  }
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
