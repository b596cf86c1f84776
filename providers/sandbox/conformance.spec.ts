import { describeProviderConformance } from '../kit/conformance/index.js';
import { sandboxProvider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: sandboxProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['SANDBOX_API_KEY', 'SANDBOX_WEBHOOK_SECRET'],
});
