export { askForToken, tokenUsableUntilMs } from './access-token.js';
export {
  bearerHeader,
  bearerKey,
  bearerToken,
  keyInHeader,
  type Authorization,
  type Authorize,
} from './authorization.js';
export { healthOf, unlessUnknown } from './call-outcomes.js';
export { formBody, jsonBody, multipartBody, type Content } from './content.js';
export { KeptValue, type Kept } from './kept-value.js';
export { errorForStatus, parseJson, readJson } from './partner-answer.js';
export {
  CALL_TIMEOUT_MS,
  callPartner,
  partnerApi,
  type CallOptions,
  type PartnerApi,
  type PartnerCall,
} from './partner-call.js';
export { checkedPathId, pathId } from './path-id.js';
export { isOneOf } from './same-secret.js';
export { joinUrl, partnerUrl, secretList, secretText, wordList } from './settings.js';
export { isBelow, plainUrl, trustedLink, type LinkPlace } from './trusted-link.js';
