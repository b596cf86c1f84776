import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CheckReason, ProviderAdapter } from '../../../providers/kit/index.js';
import { PortraitLooks } from '../../directory/reference-portraits.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';

/**
 * Lends the directory the eyes of a provider on this machine, for portraits that are kept of people. Like every first look
 * it refuses nothing when it cannot be had: a portrait that cannot be compared is then seen by a reviewer.
 */
@Injectable()
export class ReferencePortraitLook implements OnModuleInit {
  constructor(
    private readonly looks: PortraitLooks,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
  ) {}

  onModuleInit(): void {
    const looker = this.registry.all().find(canLookHere);
    const look = looker?.checkReferencePortrait?.bind(looker);
    if (!looker || !look) return;
    this.looks.look = (jpeg) =>
      this.calls.run(looker, 'check_reference', () => look(jpeg)).catch((): readonly CheckReason[] => []);
  }
}

const canLookHere = (adapter: ProviderAdapter): boolean =>
  adapter.checkReferencePortrait !== undefined && adapter.capabilities.dataLeaves === 'organisation';
