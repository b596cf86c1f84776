export { ChromiumNotFoundError, findChromium, type FoundChromium } from './find-chromium.js';
export { openBrowser } from './open-browser.js';
export {
  addVirtualAuthenticator,
  type VirtualAuthenticator,
  type VirtualAuthenticatorOptions,
  type VirtualCredential,
} from './virtual-authenticator.js';
