import type { IncomingMessage } from 'node:http';
import { HttpFault, readBytes } from '../../kit/simulator/index.js';
import { DOCUMENT_TYPES } from './gips-identity.js';

const MAX_UPLOAD_BYTES = 24 * 1024 * 1024;
const SOURCES = ['LIVE_CAPTURE_IMAGE', 'OTHER'];

/** A multipart body as node itself reads it. */
async function readMultipart(request: IncomingMessage): Promise<FormData> {
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data')) throw new HttpFault(415, 'unsupported_media_type');
  const bytes = await readBytes(request, MAX_UPLOAD_BYTES);
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new HttpFault(400, 'multipart_invalid');
  }
}

/** The optional part `context` of the create call: a list of keys and values. */
export async function readCorrelationId(request: IncomingMessage): Promise<string | undefined> {
  const context = (await readMultipart(request)).get('context');
  if (context === null) return undefined;
  const entries = parse(await textOf(context));
  if (!Array.isArray(entries)) throw new HttpFault(400, 'context');
  const entry = (entries as { key?: unknown; value?: unknown }[]).find(
    (candidate) => candidate.key === 'CORRELATION_ID',
  );
  if (entry && (typeof entry.value !== 'string' || entry.value === '')) throw new HttpFault(400, 'context');
  return entry?.value as string | undefined;
}

export async function readDocument(request: IncomingMessage): Promise<{ sides: number; documentType?: string }> {
  const form = await readMultipart(request);
  await expectJpeg(form, 'DocumentFront');
  if (form.has('DocumentBack')) await expectJpeg(form, 'DocumentBack');
  const part = form.get('DocumentCaptureDetails');
  if (part === null) throw new HttpFault(400, 'DocumentCaptureDetails');
  const details = parse(await textOf(part)) as Record<string, unknown> | undefined;
  const { jurisdiction, documentType, source } = details ?? {};
  if (!isOneOf(SOURCES, source)) throw new HttpFault(400, 'source');
  if (jurisdiction !== undefined && !(typeof jurisdiction === 'string' && /^[A-Z]{3}$/.test(jurisdiction)))
    throw new HttpFault(400, 'jurisdiction');
  if (documentType !== undefined && !isOneOf(DOCUMENT_TYPES, documentType)) throw new HttpFault(400, 'documentType');
  return { sides: form.has('DocumentBack') ? 2 : 1, documentType };
}

export async function readPortrait(request: IncomingMessage): Promise<void> {
  await expectJpeg(await readMultipart(request), 'Portrait');
}

async function expectJpeg(form: FormData, name: string): Promise<void> {
  const part = form.get(name);
  if (part === null || typeof part === 'string') throw new HttpFault(400, name);
  const [first, second, third] = new Uint8Array(await part.slice(0, 3).arrayBuffer());
  if (first !== 0xff || second !== 0xd8 || third !== 0xff) throw new HttpFault(400, name);
}

const isOneOf = (words: readonly string[], value: unknown): value is string =>
  typeof value === 'string' && words.includes(value);

const textOf = (part: Blob | string): string | Promise<string> => (typeof part === 'string' ? part : part.text());

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
