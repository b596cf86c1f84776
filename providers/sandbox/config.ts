import { z } from 'zod';
import { partnerUrl, secretText } from '../kit/index.js';
import { parseWebhookSecrets, WebhookSecretError } from '../kit/standard-webhooks/index.js';

/** The variables of this adapter. No fault message repeats a value. */
export const sandboxEnvironment = z.object({
  SANDBOX_BASE_URL: partnerUrl('Address of the sandbox partner, e.g. http://localhost:4010'),
  SANDBOX_API_KEY: secretText('Bearer key for the sandbox partner'),
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
