import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { ZodObject, ZodType } from 'zod';
import type { ProblemCode } from '../errors/problem-catalogue.js';
import type { Kept } from '../idempotency/answering.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { JSON_TYPES } from './media-types.js';

export const OPERATION = 'regain:operation';

/** Who may call: decides the documented security scheme. The guards decide for real. */
export type Audience = 'staff' | 'applicant' | 'capture' | 'session' | 'partner' | 'notice' | 'anyone';

export interface OperationOptions {
  summary: string;
  tag: string;
  audience: Audience;
  /** Success status. Default 200. */
  status?: number;
  body?: ZodType;
  /** For bodies that are not JSON, e.g. `image/jpeg`; any other is refused unread. Partners decide their own: any type. */
  bodyTypes?: readonly string[];
  /** What a multipart body is made of, for the documentation; the handler reads it part by part. */
  bodyParts?: Readonly<Record<string, BodyPart>>;
  query?: ZodObject;
  /** Parts of the path that take one of a few words; all others are ids. */
  pathWords?: Readonly<Record<string, readonly string[]>>;
  /** `null`: no body. */
  response: ZodType | null;
  /** The answer of 202, where a request may also be taken down to be done later. */
  accepted?: ZodType;
  responseType?: string;
  /** Types of text that the caller may ask for instead, e.g. `text/csv`. */
  textTypes?: readonly string[];
  problems?: readonly ProblemCode[];
  /**
   * `true`: a retry under the same `Idempotency-Key` gets the first answer, which the method keeps with the change
   * (`keepAnswer`), or it does not compile. `'by_itself'`: the call keeps a record
   * of its own. Whatever creates something (201) and does neither says why in `keepsNoAnswer`.
   */
  idempotent?: true | 'by_itself';
  /** Why no answer is kept under an `Idempotency-Key`, and what repeating the call does. */
  keepsNoAnswer?: string;
  /** What a call does that comes a second time, where the answer to the first is not kept. */
  repeated?: string;
}

/** One part of a multipart body: JSON by its schema, or a picture of one of these types. */
interface BodyPart {
  json?: ZodType;
  types?: readonly string[];
  optional?: boolean;
}

/** A method that answers with nothing but what is kept for a retry. */
type KeepingMethod = (...args: never[]) => Promise<Kept<unknown>>;
type KeepingMethodDecorator = <Method extends KeepingMethod>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Declares one operation: the same declaration documents it in `openapi.yaml` (scripts/generate/openapi/),
 * validates its input (through `ValidBody`/`ValidQuery`, which take the same schemas), keeps its answer for a retry, and is what
 * the tests hold every response against.
 */
export function Operation(options: OperationOptions & { idempotent: true }): KeepingMethodDecorator;
export function Operation(options: OperationOptions & { idempotent?: 'by_itself' }): MethodDecorator;
export function Operation(options: OperationOptions): MethodDecorator {
  const ofPartners = options.audience === 'partner';
  const mediaTypes = ofPartners ? ['*/*'] : (options.bodyTypes ?? JSON_TYPES);
  return applyDecorators(
    SetMetadata(OPERATION, options),
    HttpCode(options.status ?? 200),
    RouteConfig({ mediaTypes, ofPartners }),
    ...(options.idempotent === true ? [UseInterceptors(IdempotencyInterceptor)] : []),
  );
}
