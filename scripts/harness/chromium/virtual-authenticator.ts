import type { Page } from 'playwright-core';

export interface VirtualAuthenticatorOptions {
  /** What the person's finger or PIN would say; false: user verification fails. */
  userVerified?: boolean;
}

/** A passkey inside of the authenticator; binary values in base64. */
export interface VirtualCredential {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  /** PKCS#8. */
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

export interface VirtualAuthenticator {
  /** The passkeys it holds. */
  credentials(): Promise<VirtualCredential[]>;
  /** Takes it away with its passkeys; the page is without authenticator then. */
  remove(): Promise<void>;
}

/**
 * Plugs a platform authenticator (CTAP2, discoverable credentials, touches confirmed by itself) into a page of
 * Chromium, through the WebAuthn domain of the DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/). It stays while the page is open, across
 * navigations. Works where the page may use WebAuthn: https, or http://localhost.
 */
export async function addVirtualAuthenticator(
  page: Page,
  { userVerified = true }: VirtualAuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: userVerified,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    remove: async () => {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      await session.detach();
    },
  };
}
