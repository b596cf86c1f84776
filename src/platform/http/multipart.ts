import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import { Problem } from '../errors/problem.js';
import type { Request } from './request-context.js';

export interface MultipartParts {
  fields: Record<string, string | undefined>;
  files: Record<string, Uint8Array | undefined>;
}

const MAX_FIELD_BYTES = 16_384;

/**
 * Reads a form with files into memory. Only the named parts may come, each once; a part's own file name and content type
 * are ignored (T83, T85, T86). @throws Problem
 */
export async function readMultipart(
  request: Request,
  allowed: { fields: string[]; files: string[]; maxFileBytes: number },
): Promise<MultipartParts> {
  if (!request.isMultipart()) throw new Problem('unsupported_media_type');
  const parts: MultipartParts = { fields: {}, files: {} };
  const limits = {
    fieldNameSize: 100,
    fieldSize: MAX_FIELD_BYTES,
    fields: allowed.fields.length,
    fileSize: allowed.maxFileBytes,
    files: allowed.files.length,
    parts: allowed.fields.length + allowed.files.length,
  };
  try {
    for await (const part of request.parts({ limits }))
      await keep(part as MultipartFile | MultipartValue<string>, { parts, allowed });
  } catch (error) {
    throw multipartProblem(error);
  }
  return parts;
}

async function keep(
  part: MultipartFile | MultipartValue<string>,
  place: { parts: MultipartParts; allowed: { fields: string[]; files: string[] } },
): Promise<void> {
  const { parts, allowed } = place;
  if (part.type === 'file' && allowed.files.includes(part.fieldname) && parts.files[part.fieldname] === undefined) {
    const bytes = await part.toBuffer();
    if (bytes.length > 0) parts.files[part.fieldname] = bytes;
  } else if (
    part.type === 'field' &&
    allowed.fields.includes(part.fieldname) &&
    parts.fields[part.fieldname] === undefined
  ) {
    if (part.valueTruncated) throw new Problem('body_too_large');
    parts.fields[part.fieldname] = String(part.value);
  } else {
    throw new Problem('malformed_body', { detail: 'The form has a part that is not expected.' });
  }
}

function multipartProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Problem(code === 'FST_REQ_FILE_TOO_LARGE' ? 'body_too_large' : 'malformed_body', { cause: error });
}
