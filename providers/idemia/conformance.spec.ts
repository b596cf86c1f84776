import { readFileSync } from 'node:fs';
import { describeProviderConformance } from '../kit/conformance/index.js';
import { Sensitive, type EvidencePort } from '../kit/index.js';
import { idemiaProvider } from './index.js';
import { simulator } from './simulator/index.js';

const PICTURE = new Uint8Array(readFileSync(new URL('./fixtures/picture.jpg', import.meta.url)));

const PICTURES: EvidencePort = {
  read: async () => new Sensitive(PICTURE),
  isSaidToBeLive: async () => true,
  readReferencePortrait: async () => undefined,
};

describeProviderConformance({
  definition: idemiaProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['IDEMIA_API_KEY', 'IDEMIA_WEBHOOK_KEY'],
  evidenceFor: () => PICTURES,
  // Of a hand-over, the call that carries pictures of the document; the look before it is met in evidence-hand-over.spec.ts.
  faultsHit:
    /^(POST \S+\/(identities|id-documents\/capture)|GET \S+(\?detailed=true|\/proof|\/supported-evidence\/countries))$/,
  notApplicable: {
    test_mode: 'no answer says which environment it is from; IDEMIA_ENVIRONMENT decides, see config.spec.ts',
    early_push: 'notifications are about evidence, and an identity has none before its create call was answered',
  },
});
