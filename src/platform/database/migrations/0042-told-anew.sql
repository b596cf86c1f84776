-- A hold that begins anew after it had been ended is told of anew: its notices are owed once more, each at its address. When one
-- went first stays, because what was served of an earlier hold counts where somebody knew of it (T59). `vouched`: the address
-- could vouch for the account when it took the notice (T48), and has had its chance, also once it has left the record.
ALTER TABLE notices ADD COLUMN first_sent_at timestamptz, ADD COLUMN vouched boolean NOT NULL DEFAULT false;
SELECT label_columns('notices', 'none', 'first_sent_at', 'vouched');
