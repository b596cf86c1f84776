import { Problem } from '../../platform/errors/problem.js';
import type { Request } from '../../platform/http/request-context.js';
import { REVIEW_PICTURES, type ReviewPicture } from './review.schemas.js';

/** Which picture a path asks for. @throws Problem not_found */
export function pictureKindOf(request: Request): ReviewPicture {
  const { kind: asked } = request.params as { kind?: string };
  const kind = REVIEW_PICTURES.find((candidate) => candidate === asked);
  if (!kind) throw new Problem('not_found');
  return kind;
}
