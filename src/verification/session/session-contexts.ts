import { Inject, Injectable } from '@nestjs/common';
import {
  Sensitive,
  type ChosenDocument,
  type CreateSessionContext,
  type IdentityAttributes,
  type ProviderAdapter,
  type RenewalContext,
  type SessionContext,
} from '../../../providers/kit/index.js';
import { ProofingRecords } from '../../directory/proofing-records.js';
import { Subjects } from '../../directory/subjects.js';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { CONFIG } from '../../platform/platform.module.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { SessionDeliveries } from './session-deliveries.js';
import { alpha3Of } from '../../recovery-case/issuing-country.js';
import { returnStateOf, SessionSecrets } from './session-secrets.js';
import type { VerificationSession } from './verification-session.js';

interface Subjected {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

/**
 * Says what an adapter is told of a session, made from stored rows only. It learns no login, no case id and no address.
 */
@Injectable()
export class SessionContexts {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly secrets: SessionSecrets,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly deliveries: SessionDeliveries,
  ) {}

  async forCreate(tx: Transaction, about: Subjected): Promise<CreateSessionContext> {
    const { session, recoveryCase, adapter } = about;
    const nonce = await this.secrets.openNonce(tx, session);
    return {
      reference: session.id,
      attempt: session.attempt,
      nonce,
      returnUrl: this.returnUrl(session, nonce),
      webhookUrl: `${this.config.PUBLIC_URL}/v1/webhooks/${adapter.id}`,
      language: await this.language(tx, recoveryCase.id),
      expectedIdentity: await this.expectedIdentity(tx, about),
      chosenDocument: chosenDocument(recoveryCase),
    };
  }

  /** What the session was created with, for another address into it. */
  async forRenewal(tx: Transaction, about: Subjected): Promise<RenewalContext> {
    const { session } = about;
    return {
      ...(await this.forCreate(tx, about)),
      externalId: session.externalId ?? '',
      secretState: await this.secrets.openSecretState(tx, session),
    };
  }

  /** The session as later calls know it; the evidence port is added by whoever collects. */
  async forFetch(tx: Transaction, about: Subjected): Promise<Omit<SessionContext, 'evidence'>> {
    return {
      ...(await this.forCleanup(tx, about.session)),
      expectedIdentity: await this.expectedIdentity(tx, about),
      chosenDocument: chosenDocument(about.recoveryCase),
      deliveries: await this.deliveries.of(tx, about.session),
    };
  }

  /** The session for `cancel` and `erase`, which need no word about the person. */
  async forCleanup(tx: Transaction, session: VerificationSession): Promise<SessionContext> {
    const nonce = await this.secrets.openNonce(tx, session);
    return {
      reference: session.id,
      externalId: session.externalId ?? '',
      attempt: session.attempt,
      nonce,
      returnUrl: this.returnUrl(session, nonce),
      secretState: await this.secrets.openSecretState(tx, session),
    };
  }

  private returnUrl(session: VerificationSession, nonce: string): string {
    const state = returnStateOf(session, nonce);
    return `${this.config.PUBLIC_URL}/v1/providers/${session.provider}/return?state=${state}`;
  }

  private async language(tx: Transaction, caseId: string): Promise<string> {
    const latest = await tx.maybeOne<{ language: string }>`
      SELECT language FROM flow_sessions WHERE case_id = ${caseId} ORDER BY created_at DESC LIMIT 1`;
    return latest?.language ?? 'en';
  }

  /** Only for a provider that compares attributes itself: everybody else learns nothing about the account. */
  private async expectedIdentity(
    tx: Transaction,
    about: Subjected,
  ): Promise<Sensitive<IdentityAttributes> | undefined> {
    if (!about.adapter.capabilities.expectedIdentityMatching) return undefined;
    const { subjectId } = about.recoveryCase;
    const record = await this.records.find(tx, subjectId);
    const known = record?.attributes.reveal() ?? (await this.subjects.find(tx, subjectId))?.profile.reveal();
    if (!known) return undefined;
    const { givenName, familyName, birthDate } = known;
    return new Sensitive({ givenName, familyName, birthDate });
  }
}

function chosenDocument({ issuingCountry, documentType }: RecoveryCase): ChosenDocument | undefined {
  return issuingCountry && documentType ? { issuingCountry: alpha3Of(issuingCountry), documentType } : undefined;
}
