import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who is calling, once a guard has found out. */
export interface Principal {
  kind: 'person' | 'api_key';
  /** The IdP's subject, or the key's id. */
  id: string;
  scopes: ReadonlySet<string>;
}

/** What guards leave on the request for handlers. */
declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
    flow?: { sessionId: string; caseId: string; language: string };
    routeName?: string;
    /** Keyed digest of the caller's `Idempotency-Key`, hex: by it the work finds what it did before its answer was lost. */
    requestDigest?: string;
  }
}

export type Request = FastifyRequest;
export type Reply = FastifyReply;
