import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { SourceLimits } from '../platform/limits/source-limits.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { CreationOptions } from './creation-options.js';
import { DIRECTORY, type OwnDirectory } from './own-directory.js';
import { RefusedPresentations } from './refused-presentations.js';
import { TokenPresentations, type Presentation } from './token-presentations.js';
import type { CreationOptionsView } from './webauthn.schemas.js';

/** Opens registration ceremonies for a live token: as many as the person needs, each with a challenge of its own. */
@Injectable()
export class RegistrationOptions {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenPresentations,
    private readonly creation: CreationOptions,
    private readonly refusals: RefusedPresentations,
    private readonly limits: SourceLimits,
    @Inject(DIRECTORY) private readonly directory: OwnDirectory,
    private readonly metrics: Metrics,
  ) {}

  /**
   * `PublicKeyCredentialCreationOptionsJSON` for the token's own account (WebAuthn level 3, 5.4).
   * @throws Problem token_not_redeemable, too_many_requests
   */
  async create(presentation: Presentation, source: string): Promise<CreationOptionsView> {
    await this.limits.take('options_per_source', source);
    const options = await this.database.transaction((tx) => this.open(tx, presentation));
    if (options === 'unknown') await this.limits.take('secret_guess_per_source', source);
    if (options === 'unknown' || options === 'refused') throw new Problem('token_not_redeemable');
    this.metrics.flowEvents.inc({ event: 'passkey_prompted' });
    return options;
  }

  private async open(
    tx: Transaction,
    presentation: Presentation,
  ): Promise<CreationOptionsView | 'unknown' | 'refused'> {
    const token = await this.tokens.find(tx, presentation);
    if (!token) return 'unknown';
    if (!token.live || !token.boundHere) {
      await this.refusals.record(tx, token);
      return 'refused';
    }
    const standsInTheWay = await this.directory.preflight(tx, token.subjectId);
    if (standsInTheWay.length > 0) return 'refused';
    return (await this.creation.for(tx, token)) ?? 'refused';
  }
}
