import { z } from 'zod';
import { EVIDENCE_KINDS } from '../../providers/kit/index.js';
import { CaseStateWord, StateReasonWord } from '../recovery-case/case.schemas.js';
import { CODE_METHODS } from '../recovery-codes/code-text.js';
import { WireHandoff } from '../verification/session/wire-handoff.js';
import { FLOW_STEPS } from './flow-step.js';

const EvidenceState = z
  .object({
    state: z.enum(['missing', 'accepted', 'rejected']),
    required: z.boolean().describe('Whether `submit` waits for it. A back that says nothing may be left out.'),
    reasons: z
      .array(z.string())
      .describe(
        'Why the last picture was not taken. One that was accepted before stays, and may have these beside it.',
      ),
  })
  .meta({ id: 'EvidenceState' });

export const FlowView = z
  .object({
    state: CaseStateWord,
    stateReason: StateReasonWord.nullable(),
    step: z.enum(FLOW_STEPS).describe('What the person does next: the page to show.'),
    attempt: z.number().int().describe('The attempt that runs. Who says it in `submit` sends in no other one.'),
    case: z.object({ reference: z.string(), expiresAt: z.iso.datetime() }),
    consent: z.object({ noticeVersion: z.string(), noticeUrl: z.string(), agreed: z.boolean().nullable() }),
    providers: z
      .array(z.object({ id: z.string(), displayName: z.string(), handoff: z.string(), dataLeaves: z.string() }))
      .describe('Ways of verifying that may be chosen now.'),
    provider: z.string().nullable(),
    providerName: z.string().nullable(),
    insteadOf: z
      .string()
      .nullable()
      .describe('Name of the provider that could not be reached, where the one of this session does its work instead.'),
    insteadOfOwn: z.boolean().describe('Whether that one is the organisation’s own machine.'),
    handoff: WireHandoff.nullable().describe('Where verification goes on; null before it starts.'),
    partnerReturns: z
      .boolean()
      .nullable()
      .describe('Whether the partner of this hand-off sends the browser back by itself.'),
    recoveryCodes: z
      .object({
        methods: z.array(z.enum(CODE_METHODS)),
        given: z.array(z.enum(CODE_METHODS)),
        missing: z.boolean(),
        withoutDocument: z.boolean().describe('Whether all of them together do without a document.'),
      })
      .nullable()
      .describe(
        'Codes the policy takes for this account, and which were given in this browser; null when it asks for none.',
      ),
    evidence: z.partialRecord(z.enum(EVIDENCE_KINDS), EvidenceState),
    attemptsLeft: z.number().int().describe('Attempts that are left after the one under way.'),
    reasons: z.array(z.string()).describe('Why the last attempt did not do, in words that the person may know.'),
    nextAttemptAt: z.iso.datetime().nullable().describe('While a partner is waited for: when it is asked again.'),
    heldUntil: z.iso.datetime().nullable().describe('The end of the wait in which the account’s owner can stop it.'),
    callCode: z.string().nullable().describe('What to read out to the help desk, where the link came from an agent.'),
    confirmation: z
      .object({ number: z.string(), sentTo: z.number().int() })
      .nullable()
      .describe(
        'While an address on file is asked: the number to type there, in the bound browser only, and how many were written to.',
      ),
    passkey: z.object({ mode: z.literal('direct') }),
  })
  .meta({ id: 'FlowView' });
export type FlowView = z.infer<typeof FlowView>;
