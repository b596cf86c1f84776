export { generateWebhookSecret, parseWebhookSecret, parseWebhookSecrets, WebhookSecretError } from './secret.js';
export type { WebhookSecret } from './secret.js';
export { signWebhook } from './sign.js';
export type { OutgoingWebhook, WebhookHeaders } from './sign.js';
export { verifyWebhook } from './verify.js';
export type { IncomingWebhook, WebhookRefusal, WebhookVerification } from './verify.js';
