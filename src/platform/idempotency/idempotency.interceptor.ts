import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { lockAcrossKeys, writeAcrossKeys } from '../crypto/across-keys.js';
import { KeyRing } from '../crypto/key-ring.js';
import { openWithRing, sealWithRing } from '../crypto/sealing.js';
import { Database } from '../database/database.js';
import { postgresErrorCode } from '../database/database-errors.js';
import type { Transaction } from '../database/transaction.js';
import { Problem } from '../errors/problem.js';
import { idempotencyKeyOf } from '../http/idempotency-key.js';
import type { Reply, Request } from '../http/request-context.js';

/** What changes nothing is looked at anew, whatever a client sends with every call (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const REPLAY_HOURS = 24;
/** A request that never answered (its process died) may be taken over after this long. */
const TAKEOVER_SECONDS = 60;
/** A slot that could not be given back is tried for as long as nobody else may take it over. */
const RELEASE_AGAIN_MS = 1_000;
const RELEASE_TRIES = TAKEOVER_SECONDS;
/** SQLSTATE of what cannot be kept, because another request has taken the key over (migration 0016, `keep_answer`). */
const TAKEN_OVER = 'RG005';

/** A caller and a key of theirs, as a row names them. */
interface Place {
  principal: Buffer;
  key: Buffer;
}

/** What a request asks for: its place under every key of the ring, the active one first. */
interface Slot {
  /** Unhashed; goes nowhere. */
  text: string;
  principals: Buffer[];
  keys: Buffer[];
  /** What is asked, as its place remembers it: bodies hold logins and call codes, so nobody without the key can try them. */
  requests: Buffer[];
}

/** A place that is ours until somebody takes it over: `since` is when it was claimed, to the microsecond. */
type ClaimedSlot = Place & { since: string };

/** A request that is to have its effect once. */
export interface KeyedExchange {
  request: Request;
  reply: Reply;
  key: string;
}

interface KeptAnswer {
  slot: ClaimedSlot;
  status: number;
  body: unknown;
}

interface StoredAnswer {
  key: Buffer;
  request: Buffer;
  status: number | null;
  responseSealed: Buffer | null;
  ageMs: number;
}

/**
 * Answers a POST that is repeated under its `Idempotency-Key` with the first answer (docs/adr/0017;
 * draft-ietf-httpapi-idempotency-key-header). The answer is kept sealed, because one of them holds a link; keys and
 * callers are kept as keyed hashes.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const reply = context.switchToHttp().getResponse<Reply>();
    const key = SAFE_METHODS.has(request.method) ? undefined : idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    return from(this.once({ request, reply, key }, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  /**
   * Does it once for a caller, a key of theirs and a request; whoever comes again gets the first answer. Forms bring their key
   * in a field. @throws Problem idempotency_key_reused, request_in_progress, and whatever `work` is refused with
   */
  async once<Body>({ request, reply, key }: KeyedExchange, work: () => Promise<Body>): Promise<Body> {
    const slot = this.slot(request, key);
    const claimed = await this.claim(slot);
    if (!claimed) return this.replay(await this.storedIn(slot), { slot, request, reply }) as Body;
    let kept = false;
    request.keepAnswer = (tx, body) => {
      this.keep(tx, { slot: claimed, status: reply.statusCode, body });
      kept = true;
    };
    try {
      const body = await work();
      if (!kept) throw new Error('an idempotent operation answers with what it has kept, and with nothing else');
      return body;
    } catch (error) {
      await this.release(claimed);
      throw unlessTakenOver(error);
    }
  }

  private slot(request: Request, key: string): Slot {
    const caller = request.principal
      ? `${request.principal.kind}:${request.principal.id}`
      : `flow:${request.flow?.sessionId ?? 'none'}`;
    const text = `${caller}:${key}`;
    // With the place it is for: the same body under two keys is not to be seen to be the same.
    const asked = `${text}\n${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
    return {
      text,
      principals: this.ring.digests('lookup', caller),
      keys: this.ring.digests('lookup', text),
      requests: this.ring.digests('lookup', asked),
    };
  }

  /**
   * The slot that is ours now; undefined if it is not. A request that was begun or answered under another key of the
   * ring has its slot there (F38); otherwise the slot is under the active key. The claim does not wait for the disk:
   * the commit of the change follows it and flushes both (PostgreSQL, "Asynchronous Commit").
   */
  private async claim({ text, principals, keys, requests }: Slot): Promise<ClaimedSlot | undefined> {
    const [principal, ...otherPrincipals] = principals;
    const [key, ...otherKeys] = keys;
    const [request, ...otherRequests] = requests;
    return writeAcrossKeys({ database: this.database, ring: this.ring }, async (tx) => {
      lockAcrossKeys(tx, this.ring, `idempotency:${text}`);
      return tx.maybeOne<ClaimedSlot>`
        WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
          living AS (SELECT i.principal_digest, i.key_digest, other.request
            FROM unnest(${otherPrincipals}::bytea[], ${otherKeys}::bytea[], ${otherRequests}::bytea[]) AS other (principal, key, request)
            JOIN idempotency_keys i ON i.principal_digest = other.principal AND i.key_digest = other.key
            WHERE i.expires_at > clock_timestamp() LIMIT 1)
        INSERT INTO idempotency_keys (principal_digest, key_digest, request_sha256, expires_at)
        SELECT coalesce(living.principal_digest, ${principal}::bytea), coalesce(living.key_digest, ${key}::bytea),
            coalesce(living.request, ${request}::bytea), clock_timestamp() + make_interval(hours => ${REPLAY_HOURS})
          FROM relaxed LEFT JOIN living ON true
        ON CONFLICT (principal_digest, key_digest) DO UPDATE
          SET request_sha256 = EXCLUDED.request_sha256, status = NULL, response_sealed = NULL, created_at = clock_timestamp(), expires_at = EXCLUDED.expires_at
          WHERE idempotency_keys.expires_at < clock_timestamp()
            OR (idempotency_keys.status IS NULL AND idempotency_keys.request_sha256 = EXCLUDED.request_sha256
                AND idempotency_keys.created_at < clock_timestamp() - make_interval(secs => ${TAKEOVER_SECONDS}))
        RETURNING principal_digest AS principal, key_digest AS key, created_at::text AS since`;
    });
  }

  /** Undefined: given up in between, and the next try has it. */
  private async storedIn({ principals, keys }: Slot): Promise<StoredAnswer | undefined> {
    return this.database.read(
      (tx) => tx.maybeOne<StoredAnswer>`
        SELECT i.key_digest AS key, i.request_sha256 AS request, i.status, i.response_sealed,
          (extract(epoch FROM clock_timestamp() - i.created_at) * 1000)::float8 AS age_ms
        FROM unnest(${principals}::bytea[], ${keys}::bytea[]) AS place (principal, key)
          JOIN idempotency_keys i ON i.principal_digest = place.principal AND i.key_digest = place.key
        ORDER BY i.expires_at DESC LIMIT 1`,
    );
  }

  private replay(
    stored: StoredAnswer | undefined,
    place: { slot: Slot } & Pick<KeyedExchange, 'request' | 'reply'>,
  ): unknown {
    if (stored && !place.slot.requests.some((request) => request.equals(stored.request)))
      throw new Problem('idempotency_key_reused');
    if (!stored?.responseSealed || stored.status === null)
      throw new Problem('request_in_progress', { retryAfterSeconds: 1 });
    place.request.repeatedAfterMs = stored.ageMs;
    void place.reply.status(stored.status).header('idempotency-replayed', 'true');
    return JSON.parse(openWithRing(this.ring, stored.responseSealed, context(stored)).toString('utf8')) as unknown;
  }

  /** Fails the transaction when the slot is not ours any more: who took it over alone may change anything. */
  private keep(tx: Transaction, { slot, status, body }: KeptAnswer): void {
    const sealed = sealWithRing(this.ring, Buffer.from(JSON.stringify(body ?? null)), context(slot));
    tx.send`CALL keep_answer(${slot.principal}, ${slot.key}, ${slot.since}::timestamptz, ${status}, ${sealed})`;
  }

  /**
   * A refused request changed nothing, and may be corrected under the same key. While the database is away this is
   * tried again later: until then a repeated request is told that it is in progress, although nothing works on it.
   */
  private async release(slot: ClaimedSlot, triesLeft = RELEASE_TRIES): Promise<void> {
    try {
      await this.database.write(
        (tx) =>
          tx.run`DELETE FROM idempotency_keys WHERE principal_digest = ${slot.principal} AND key_digest = ${slot.key}
            AND created_at = ${slot.since}::timestamptz AND status IS NULL`,
      );
    } catch {
      if (triesLeft > 1) setTimeout(() => void this.release(slot, triesLeft - 1), RELEASE_AGAIN_MS).unref();
    }
  }
}

const unlessTakenOver = (error: unknown): unknown =>
  postgresErrorCode(error) === TAKEN_OVER
    ? new Problem('request_in_progress', { cause: error, retryAfterSeconds: 1 })
    : error;

const context = ({ key }: Pick<Place, 'key'>): string => `idempotency:${key.toString('hex')}`;
