import type { MultipartFile } from '@fastify/multipart';
import { Problem } from '../errors/problem.js';
import { assertMayBeTaken, bytesOf, passOver, type BodyShare } from './body-room.js';
import type { Request } from './request-context.js';

export interface MultipartParts {
  fields: Record<string, string | undefined>;
  files: Record<string, Uint8Array | undefined>;
}

const MAX_FIELD_BYTES = 16_384;
/** Of a part, for its own header and the boundary. */
const MAX_FRAME_BYTES = 1_024;
/** A field is text however it was sent: plain, typed as JSON, or as a part with a file name of its own. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a form with files into memory. Only the named parts may come, each once; a part's own file name and content type
 * are ignored (T83, T85, T86): the plugin would decode a field by what it calls itself, and parse one that calls itself JSON
 * by rules of its own, so it hands over bytes. @throws Problem
 */
export async function readMultipart(request: Request, allowed: AllowedParts): Promise<MultipartParts> {
  if (!request.isMultipart()) throw new Problem('unsupported_media_type');
  assertMayBeTaken(request, sizeOf(allowed));
  const parts: MultipartParts = { fields: {}, files: {} };
  const limits = {
    fieldNameSize: 100,
    fileSize: allowed.maxFileBytes,
    parts: allowed.fields.length + allowed.files.length,
  };
  try {
    const all = request.parts({ limits, isPartAFile: () => true }) as AsyncIterable<MultipartFile>;
    for await (const part of all) await keep(part, { parts, allowed, share: request.bodyShare });
  } catch (error) {
    passOver(request);
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

interface Place {
  parts: MultipartParts;
  allowed: AllowedParts;
  share: BodyShare | undefined;
}

async function keep(part: MultipartFile, { parts, allowed, share }: Place): Promise<void> {
  const name = part.fieldname;
  if (allowed.files.includes(name) && parts.files[name] === undefined) {
    const bytes = await bytesOfPart(part, { maxBytes: allowed.maxFileBytes, share });
    if (bytes.length > 0) parts.files[name] = bytes;
  } else if (allowed.fields.includes(name) && parts.fields[name] === undefined) {
    parts.fields[name] = UTF8.decode(await bytesOfPart(part, { maxBytes: MAX_FIELD_BYTES, share }));
  } else {
    throw new Problem('malformed_body', { detail: 'The form has a part that is not expected.' });
  }
}

/** The plugin stops a part at its limit and says so beside the stream, which ends as a whole one does. */
async function bytesOfPart(
  { file }: MultipartFile,
  { maxBytes, share }: { maxBytes: number; share: BodyShare | undefined },
): Promise<Buffer> {
  const bytes = await bytesOf(file, { kind: 'picture', maxBytes, share });
  if (file.truncated) throw new Problem('body_too_large');
  return bytes;
}

function multipartProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Problem(code === 'FST_REQ_FILE_TOO_LARGE' ? 'body_too_large' : 'malformed_body', { cause: error });
}
