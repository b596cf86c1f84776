import { callPartner, joinUrl, jsonBody, KeptValue, ProviderError, readJson } from '../kit/index.js';
import type { ClockPort, HttpPort } from '../kit/index.js';
import { trustedUrl, type HostTrust } from './service-hosts.js';
import { communityInfo, publicKeys, serviceDirectory } from './types.js';

/** As long as the official helpers keep it. */
const KEPT_SECONDS = 600;
/** Twice this time and the create call itself are what a waiting person may have to wait. */
const LIMITS = { timeoutMs: 1_000, maxResponseBytes: 64 * 1024 };

/** The docuverify service of a tenant. */
export interface DocuverifyService {
  url: string;
  /** Base64 of X||Y. */
  publicKey: string;
}

export interface DiscoveryOptions extends HostTrust {
  http: HttpPort;
  clock: ClockPort;
  dns: string;
  community: string;
}

/** Where a tenant's service is and which key it has: asked once at a time, kept for ten minutes, failures never. */
export class Discovery {
  readonly #service: KeptValue<DocuverifyService>;

  constructor(private readonly options: DiscoveryOptions) {
    this.#service = new KeptValue(options.clock, async () => {
      const usableUntilMs = options.clock.now().getTime() + KEPT_SECONDS * 1000;
      return { value: await this.find(), usableUntilMs };
    });
  }

  /** @throws ProviderError */
  service(): Promise<DocuverifyService> {
    return this.#service.get();
  }

  /** The service was moved or has another key, to judge by its answers. The next call looks again. */
  forget(): void {
    this.#service.drop();
  }

  /** Asks for everything afresh, and whether the tenant has our community. @throws ProviderError */
  async check(): Promise<void> {
    const { tenant, dns, community: communityName } = this.options;
    const response = await callPartner(this.options, {
      method: 'POST',
      url: joinUrl(tenant, 'api/r1/system/community_info/fetch'),
      body: jsonBody({ dns, communityName }),
      ...LIMITS,
    });
    const { community } = readJson(response, communityInfo);
    if (community.name !== communityName) throw new ProviderError('rejected', 'the tenant has no such community');
    await this.find();
  }

  private async find(): Promise<DocuverifyService> {
    const directory = await this.get(joinUrl(this.options.tenant, 'caas/sd'));
    const { docuverify } = readJson(directory, serviceDirectory);
    const url = trustedUrl(docuverify, this.options);
    if (!url || url.search !== '' || url.hash !== '')
      throw new ProviderError('unintelligible', 'the service address is on no host of ONEKOSMOS_ALLOWED_HOSTS');
    const { publicKey } = readJson(await this.get(joinUrl(url.href, 'publickeys')), publicKeys);
    return { url: url.href, publicKey };
  }

  /** The official helpers name a content type even where there is no content. */
  private get(url: string) {
    return callPartner(this.options, {
      method: 'GET',
      url,
      headers: { 'content-type': 'application/json' },
      ...LIMITS,
    });
  }
}
