import { z } from 'zod';
import { BUCKETS, VERDICTS } from './case-outcomes.js';
import { CASE_STATES, STATE_REASONS } from './case-states.js';
import { DOCUMENT_TYPES } from '../../providers/kit/index.js';

/** Words of a case that several answers have, each by its name in the contract. */
export const CaseStateWord = z.enum(CASE_STATES).meta({ id: 'CaseState' });
export const StateReasonWord = z.enum(STATE_REASONS).meta({ id: 'StateReason' });
export const ChannelWord = z.enum(['email', 'sms', 'relay']).meta({ id: 'CaseChannel' });
export const DocumentTypeWord = z.enum(DOCUMENT_TYPES).meta({ id: 'DocumentType' });

export const VerdictWord = z
  .enum(VERDICTS)
  .meta({ id: 'Verdict', description: '`retry`: the person tries again. `refer`: people decide.' });

export const BucketWord = z
  .enum(BUCKETS)
  .meta({ id: 'Bucket', description: 'Why, as coarsely as the help desk may know it.' });
