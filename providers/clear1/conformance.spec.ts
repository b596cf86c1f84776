import { describeProviderConformance } from '../kit/conformance/index.js';
import { clear1Provider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: clear1Provider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['CLEAR1_API_KEY', 'CLEAR1_WEBHOOK_TOKEN', 'CLEAR1_WEBHOOK_SECRET'],
  notApplicable: {
    partial_birth_date:
      'a date is three numbers, and whether 0 means a part that the document lacks or one that nobody read is not documented',
    test_mode: 'no answer says which environment it is from: the key decides, and CLEAR1_ENVIRONMENT with it',
  },
});
