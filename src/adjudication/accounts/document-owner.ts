/**
 * Which account a document of the evidence is known from. `unread`: the provider gave no issuer or no number. `new`: no
 * account has it.
 */
export type DocumentOwner = 'unread' | 'new' | 'this_account' | 'another_account';
