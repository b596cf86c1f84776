import { z } from 'zod';
import { pageOf } from '../platform/http/valid-input.js';
import type { StoredPolicy } from './policies.js';
import { PolicyDocument } from './policy.js';

/** The document flat, with what the service adds to it. */
export const PolicyView = z.object({
  ...PolicyDocument.shape,
  id: z.string(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type PolicyView = z.infer<typeof PolicyView>;
export const PolicyPage = pageOf(PolicyView);

/** Any members; the merged document is validated as a whole, so that defaults are never mistaken for wishes. */
export const PolicyPatch = z.record(z.string(), z.unknown());

/** What the documentation shows for {@link PolicyPatch}. */
export const PolicyPatchShape = PolicyDocument.partial();

export function policyView(policy: StoredPolicy): PolicyView {
  return {
    ...policy.document,
    id: policy.id,
    version: policy.version,
    createdAt: policy.createdAt.toISOString(),
    updatedAt: policy.updatedAt.toISOString(),
  };
}
