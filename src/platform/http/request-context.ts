import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from '../database/transaction.js';

/** Who is calling, once a guard has found out. */
export interface Principal {
  kind: 'person' | 'api_key';
  /** The IdP's subject, or the key's id. */
  id: string;
  /** What else a person is called: identifiers by which the directory may know them. A key has none. */
  accounts?: readonly string[];
  scopes: ReadonlySet<string>;
}

/** What guards leave on the request for handlers. */
declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
    /** The route lets in bearer tokens and nothing else: a 401 says so, and speaks of a cookie otherwise. */
    wantsBearer?: true;
    flow?: { sessionId: string; caseId: string; endsInSeconds: number };
    staffSession?: { sessionId: string };
    routeName?: string;
    /** Keeps the answer for a retry under the same `Idempotency-Key`; absent when there is none. */
    keepAnswer?: (tx: Transaction, body: unknown) => void;
    /** How long ago the request that this one repeats was made; absent when it is the first under its key. */
    repeatedAfterMs?: number;
  }
}

export type Request = FastifyRequest;
export type Reply = FastifyReply;
