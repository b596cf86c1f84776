export { askForToken, tokenUsableUntilMs } from './access-token.js';
export { KeptValue, type Kept } from './kept-value.js';
export { errorForStatus, parseJson, readJson } from './partner-answer.js';
export { checkedPathId, pathId } from './path-id.js';
export { isOneOf } from './same-secret.js';
export { joinUrl, partnerUrl, secretList, secretText, wordList } from './settings.js';
export { isBelow, plainUrl, trustedLink, type LinkPlace } from './trusted-link.js';
