import type { z } from 'zod';
import { Problem } from '../platform/errors/problem.js';
import { readMultipart } from '../platform/http/multipart.js';
import type { Request } from '../platform/http/request-context.js';
import { parseStrictJson } from '../platform/http/strict-json.js';
import { ZodPipe } from '../platform/http/valid-input.js';
import { MAX_PICTURE_BYTES } from '../platform/pictures/image-limits.js';
import { ProofingRecordBody } from './subject.schemas.js';

const RECORD = new ZodPipe(ProofingRecordBody);

interface ProofingRecordForm {
  record: z.infer<typeof ProofingRecordBody>;
  /** As it was sent. */
  portrait: Uint8Array | undefined;
}

/**
 * The parts `record`, which is held to what any JSON body is held to (rule 11, T5, T88), and `portrait`.
 * @throws Problem malformed_body, invalid_request, body_too_large, unsupported_media_type
 */
export async function readProofingRecord(request: Request): Promise<ProofingRecordForm> {
  const { fields, files } = await readMultipart(request, {
    fields: ['record'],
    files: ['portrait'],
    maxFileBytes: MAX_PICTURE_BYTES,
  });
  return { record: RECORD.transform(parse(fields.record)), portrait: files.portrait };
}

function parse(text = ''): unknown {
  try {
    return parseStrictJson(Buffer.from(text));
  } catch (error) {
    throw new Problem('malformed_body', { detail: 'The part "record" is not JSON.', cause: error });
  }
}
