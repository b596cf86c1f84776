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
    files: allowed.files.length + allowed.fields.length,
    parts: allowed.fields.length + allowed.files.length,
  };
  try {
    for await (const part of request.parts({ limits, isPartAFile })) await keep(part, { parts, allowed });
  } catch (error) {
    throw multipartProblem(error);
  }
  return parts;
}

async function keep(
  part: MultipartFile | MultipartValue,
  place: { parts: MultipartParts; allowed: { fields: string[]; files: string[] } },
): Promise<void> {
  const { parts, allowed } = place;
  const name = part.fieldname;
  if (part.type === 'file' && allowed.files.includes(name) && parts.files[name] === undefined) {
    const bytes = await part.toBuffer();
    if (bytes.length > 0) parts.files[name] = bytes;
  } else if (allowed.fields.includes(name) && parts.fields[name] === undefined) {
    parts.fields[name] = await fieldText(part);
  } else {
    throw new Problem('malformed_body', { detail: 'The form has a part that is not expected.' });
  }
}

/** A field is text however it was sent: plain, typed as JSON, or as a part with a file name of its own. */
async function fieldText(part: MultipartFile | MultipartValue): Promise<string> {
  if (part.type === 'file') {
    const bytes = await part.toBuffer();
    if (bytes.length > MAX_FIELD_BYTES) throw new Problem('body_too_large');
    return bytes.toString('utf8');
  }
  if (part.valueTruncated) throw new Problem('body_too_large');
  return typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
}

function multipartProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Problem(code === 'FST_REQ_FILE_TOO_LARGE' ? 'body_too_large' : 'malformed_body', { cause: error });
}

/** A picture is a file whether or not it was given a name. */
function isPartAFile(
  _name: string | undefined,
  contentType: string | undefined,
  fileName: string | undefined,
): boolean {
  return fileName !== undefined || /^(image\/|application\/octet-stream)/.test(contentType ?? '');
}
