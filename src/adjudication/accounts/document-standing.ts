/** Where a document of the evidence is known from. `unread`: the provider gave no issuer or no number. */
export type DocumentStanding = 'unread' | 'new' | 'this_account' | 'another_account';
