import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/http/lists.js';
import type { StoredPolicy } from './counting-policies.js';
import { deadEnds } from './dead-ends.js';
import { PolicyDocument } from './policy.js';
import { PROPOSAL_KINDS, PROPOSAL_STATES, type PolicyProposal } from './policy-proposals.js';

const Warnings = z
  .array(
    z
      .object({ pointer: z.string(), code: z.string().describe('`nobody_may_settle`'), detail: z.string() })
      .meta({ id: 'PolicyWarning' }),
  )
  .describe('Where it sends people to reviewers who could not let them in.');

/** The document flat, with what the service adds to it. */
export const PolicyView = z
  .object({
    ...PolicyDocument.shape,
    id: z.string(),
    version: z.number().int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'PolicyView' });
export type PolicyView = z.infer<typeof PolicyView>;
/** The answer to saving it. What is read has no such member: it is put back as it is, without what the service adds. */
export const SavedPolicyView = PolicyView.extend({ warnings: Warnings }).meta({ id: 'SavedPolicyView' });
export type SavedPolicyView = z.infer<typeof SavedPolicyView>;
export const PolicyPage = pageOf(PolicyView).meta({ id: 'PolicyPage' });

/** Any members; the merged document is validated as a whole, so that defaults are never mistaken for wishes. */
export const PolicyPatch = z.record(z.string(), z.unknown());

/** What the documentation shows for {@link PolicyPatch}. */
export const PolicyPatchShape = PolicyDocument.partial().meta({ id: 'PolicyPatch' });

export function policyView(policy: StoredPolicy): PolicyView {
  return {
    ...policy.document,
    id: policy.id,
    version: policy.version,
    createdAt: policy.createdAt.toISOString(),
    updatedAt: policy.updatedAt.toISOString(),
  };
}

export const savedPolicyView = (policy: StoredPolicy): SavedPolicyView => ({
  ...policyView(policy),
  warnings: deadEnds(policy.document),
});

/** A change that weakens, with what it does in words. */
export const ProposalView = z
  .object({
    id: z.string(),
    policyId: z.string(),
    kind: z.enum(PROPOSAL_KINDS),
    baseVersion: z.number().int().describe('The version it was written against; 0 for a new profile.'),
    state: z.enum(PROPOSAL_STATES),
    diff: z.array(z.string()).describe('e.g. `Hold after approval: 4 hours → none (weaker)`.'),
    weakened: z.array(z.string()),
    document: PolicyDocument.nullable().describe('What the profile would be; null when it is to be removed.'),
    warnings: Warnings,
    proposedBy: z.string(),
    proposedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ProposalView' });
export type ProposalView = z.infer<typeof ProposalView>;
export const ProposalPage = pageOf(ProposalView).meta({ id: 'ProposalPage' });
export const ProposalQuery = pageQuery('policy-changes').extend({
  policyId: z.string().max(64).optional().describe('Changes of this profile.'),
});

export function proposalView(proposal: PolicyProposal): ProposalView {
  return {
    ...proposal,
    proposedAt: proposal.proposedAt.toISOString(),
    expiresAt: proposal.expiresAt.toISOString(),
    decidedAt: proposal.decidedAt?.toISOString() ?? null,
    warnings: proposal.document ? deadEnds(proposal.document) : [],
  };
}
