import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, from, map, mergeMap, of, throwError, type Observable } from 'rxjs';
import { KeyRing } from '../crypto/key-ring.js';
import { openWithRing, sealWithRing } from '../crypto/sealing.js';
import { Database } from '../database/database.js';
import { Problem } from '../errors/problem.js';
import type { Reply, Request } from '../http/request-context.js';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;
const REPLAY_HOURS = 24;
/** A request that never answered (its process died) may be taken over after this long. */
const TAKEOVER_SECONDS = 60;

interface Slot {
  principal: Buffer;
  key: Buffer;
  requestSha256: Buffer;
}

interface StoredAnswer {
  requestSha256: Buffer;
  status: number | null;
  responseSealed: Buffer | null;
}

/**
 * `Idempotency-Key` on POST (api.md, Conventions; draft-ietf-httpapi-idempotency-key-header). The answer is kept sealed,
 * because one of them holds a link; keys and callers are kept as keyed hashes.
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
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    if (typeof key !== 'string' || !KEY_PATTERN.test(key)) {
      throw new Problem('invalid_request', {
        errors: [
          { pointer: '', code: 'idempotency_key', detail: 'Idempotency-Key: 1 to 255 visible ASCII characters' },
        ],
      });
    }
    const slot = this.slot(request, key);
    request.requestDigest = slot.key.toString('hex');
    const stored = await this.claim(slot);
    if (stored) return this.replay(stored, { slot, reply });
    return next.handle().pipe(
      mergeMap((body: unknown) =>
        from(this.keep(slot, { status: reply.statusCode, body })).pipe(map((): unknown => body)),
      ),
      catchError((error: unknown) => from(this.release(slot)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }

  private slot(request: Request, key: string): Slot {
    const caller = request.principal
      ? `${request.principal.kind}:${request.principal.id}`
      : `flow:${request.flow?.sessionId ?? 'none'}`;
    const sha = createHash('sha256')
      .update(`${request.method} ${request.url}\n`)
      .update(JSON.stringify(request.body ?? null));
    return {
      principal: this.ring.digest('lookup', caller),
      key: this.ring.digest('lookup', `${caller}:${key}`),
      requestSha256: sha.digest(),
    };
  }

  /** Undefined when the slot is ours; otherwise what is stored there. */
  private async claim(slot: Slot): Promise<StoredAnswer | undefined> {
    return this.database.transaction(async (tx) => {
      const claimed = await tx.run`
        INSERT INTO idempotency_keys (principal_digest, key_digest, request_sha256, expires_at)
        VALUES (${slot.principal}, ${slot.key}, ${slot.requestSha256}, clock_timestamp() + make_interval(hours => ${REPLAY_HOURS}))
        ON CONFLICT (principal_digest, key_digest) DO UPDATE
          SET request_sha256 = EXCLUDED.request_sha256, status = NULL, response_sealed = NULL, created_at = clock_timestamp(), expires_at = EXCLUDED.expires_at
          WHERE idempotency_keys.expires_at < clock_timestamp()
            OR (idempotency_keys.status IS NULL AND idempotency_keys.request_sha256 = EXCLUDED.request_sha256
                AND idempotency_keys.created_at < clock_timestamp() - make_interval(secs => ${TAKEOVER_SECONDS}))`;
      if (claimed === 1) return undefined;
      return tx.one<StoredAnswer>`SELECT request_sha256, status, response_sealed FROM idempotency_keys
        WHERE principal_digest = ${slot.principal} AND key_digest = ${slot.key}`;
    });
  }

  private replay(stored: StoredAnswer, place: { slot: Slot; reply: Reply }): Observable<unknown> {
    if (!stored.requestSha256.equals(place.slot.requestSha256)) throw new Problem('idempotency_key_reused');
    if (stored.status === null || !stored.responseSealed)
      throw new Problem('request_in_progress', { retryAfterSeconds: 1 });
    void place.reply.status(stored.status).header('idempotency-replayed', 'true');
    return of(JSON.parse(openWithRing(this.ring, stored.responseSealed, context(place.slot)).toString('utf8')));
  }

  private async keep(slot: Slot, answer: { status: number; body: unknown }): Promise<void> {
    const sealed = sealWithRing(this.ring, Buffer.from(JSON.stringify(answer.body ?? null)), context(slot));
    await this.database.transaction(
      (tx) => tx.run`UPDATE idempotency_keys SET status = ${answer.status}, response_sealed = ${sealed}
        WHERE principal_digest = ${slot.principal} AND key_digest = ${slot.key}`,
    );
  }

  /** A request that was refused changed nothing and may be corrected under the same key. */
  private async release(slot: Slot): Promise<void> {
    await this.database
      .transaction(
        (tx) =>
          tx.run`DELETE FROM idempotency_keys WHERE principal_digest = ${slot.principal} AND key_digest = ${slot.key} AND status IS NULL`,
      )
      .catch(() => undefined);
  }
}

const context = (slot: Slot): string => `idempotency:${slot.key.toString('hex')}`;
