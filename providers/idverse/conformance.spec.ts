import { describeProviderConformance } from '../kit/conformance/index.js';
import { idverseProvider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: idverseProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['IDVERSE_API_KEY', 'IDVERSE_WEBHOOK_SECRET'],
  // A token comes first; the faults are for the calls that need it.
  faultsHit: /^\w+ \/v1\/transactions/,
  notApplicable: {
    test_mode: 'no answer says which environment it is from: IDVERSE_ENVIRONMENT does',
    early_push: 'only the end of a transaction is notified',
  },
});
