import type { MultipartFile } from '@fastify/multipart';
import { Problem } from '../errors/problem.js';
import { takeBodyRoom } from './body-room.js';
import type { Request } from './request-context.js';

export interface MultipartParts {
  fields: Record<string, string | undefined>;
  files: Record<string, Uint8Array | undefined>;
}

const MAX_FIELD_BYTES = 16_384;
/** Of a part, for its own header and the boundary. */
const MAX_FRAME_BYTES = 1_024;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a form with files into memory. Only the named parts may come, each once; a part's own file name and content type
 * are ignored (T83, T85, T86): the plugin would decode a field by what it calls itself, and parse one that calls itself JSON
 * by rules of its own, so it hands over bytes. @throws Problem
 */
export async function readMultipart(request: Request, allowed: AllowedParts): Promise<MultipartParts> {
  if (!request.isMultipart()) throw new Problem('unsupported_media_type');
  takeBodyRoom(request, { kind: 'picture', maxBytes: sizeOf(allowed) });
  const parts: MultipartParts = { fields: {}, files: {} };
  const limits = {
    fieldNameSize: 100,
    fileSize: allowed.maxFileBytes,
    parts: allowed.fields.length + allowed.files.length,
  };
  try {
    const all = request.parts({ limits, isPartAFile: () => true }) as AsyncIterable<MultipartFile>;
    for await (const part of all) await keep(part, { parts, allowed });
  } catch (error) {
    throw multipartProblem(error);
  }
  return parts;
}

interface AllowedParts {
  fields: string[];
  files: string[];
  maxFileBytes: number;
}

/** With a part for the end. */
const sizeOf = ({ fields, files, maxFileBytes }: AllowedParts): number =>
  files.length * maxFileBytes + fields.length * MAX_FIELD_BYTES + (files.length + fields.length + 1) * MAX_FRAME_BYTES;

async function keep(part: MultipartFile, place: { parts: MultipartParts; allowed: AllowedParts }): Promise<void> {
  const { parts, allowed } = place;
  const name = part.fieldname;
  if (allowed.files.includes(name) && parts.files[name] === undefined) {
    const bytes = await part.toBuffer();
    if (bytes.length > 0) parts.files[name] = bytes;
  } else if (allowed.fields.includes(name) && parts.fields[name] === undefined) {
    parts.fields[name] = textOf(await part.toBuffer());
  } else {
    throw new Problem('malformed_body', { detail: 'The form has a part that is not expected.' });
  }
}

/** A field is text however it was sent: plain, typed as JSON, or as a part with a file name of its own. */
function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_FIELD_BYTES) throw new Problem('body_too_large');
  return UTF8.decode(bytes);
}

function multipartProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Problem(code === 'FST_REQ_FILE_TOO_LARGE' ? 'body_too_large' : 'malformed_body', { cause: error });
}
