import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import type { CaptureCheck } from '../../identity-evidence/capture-check.js';
import { captureCheckOf } from './capture-check-of.js';
import { fingerprintsOf, type AskedFingerprints } from './fingerprints-of.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';

/** Finds who works with the pictures of our own pages, and who can look at one while the person holds the camera. */
@Injectable()
export class CaptureProviders {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
  ) {}

  /** Undefined for a provider that takes its own pictures, or is not loaded. */
  get(id: string): ProviderAdapter | undefined {
    const adapter = this.registry.get(id);
    return adapter?.capabilities.handoff === 'capture' ? adapter : undefined;
  }

  /** See {@link captureCheckOf}. */
  checkFor(adapter: ProviderAdapter): CaptureCheck | undefined {
    return captureCheckOf(adapter, this.registry, this.calls);
  }

  /** See {@link fingerprintsOf}. */
  fingerprints(): AskedFingerprints | undefined {
    return fingerprintsOf(this.registry, this.calls);
  }
}
