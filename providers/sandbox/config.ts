import { z } from 'zod';
import { Sensitive } from '../kit/index.js';
import { parseWebhookSecrets, WebhookSecretError } from '../kit/standard-webhooks/index.js';

const MIN_API_KEY_LENGTH = 16;

/** The variables of this adapter. No fault message repeats a value. */
export const sandboxEnvironment = z.object({
  SANDBOX_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine((text) => isPlainBase(text), 'must have no credentials, query or fragment')
    .describe('Address of the sandbox partner, e.g. http://localhost:4010'),
  SANDBOX_API_KEY: z
    .string()
    .min(MIN_API_KEY_LENGTH, `must have at least ${MIN_API_KEY_LENGTH} characters`)
    .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII')
    .transform((text) => new Sensitive(text))
    .describe('Bearer key for the sandbox partner'),
  SANDBOX_WEBHOOK_SECRET: z
    .string()
    .transform((text, context) => {
      try {
        return parseWebhookSecrets(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof WebhookSecretError ? error.message : 'unusable' });
        return z.NEVER;
      }
    })
    .describe('Standard Webhooks secret whsec_… of its pushes; several, separated by spaces, while rotating'),
});

export type SandboxSettings = z.output<typeof sandboxEnvironment>;

function isPlainBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}
