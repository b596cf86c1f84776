import { DOCUMENT_MODEL_IDS } from './documents/document-models.js';
import { readFaceModels, type FaceModelChoice } from './face-models.js';
import { ModelUnusableError, readVerifiedModels } from './model-files.js';

/** What is wrong with the model files; undefined when all are the pinned ones. */
export async function modelFault(folder: string, faces: FaceModelChoice): Promise<string | undefined> {
  try {
    await readFaceModels(folder, faces);
    await readVerifiedModels(folder, DOCUMENT_MODEL_IDS);
    return undefined;
  } catch (error) {
    return error instanceof ModelUnusableError ? error.message : 'The models cannot be read.';
  }
}
