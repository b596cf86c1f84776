-- A hold that begins anew after it had been ended is told of anew: its notices are owed once more, each at its address. When one
-- went first stays, because what was served of an earlier hold counts where somebody knew of it (T59). `vouched`: the address
-- could vouch for the account when it took the notice (T48), and has had its chance, also once it has left the record.
ALTER TABLE notices ADD COLUMN first_sent_at timestamptz, ADD COLUMN vouched boolean NOT NULL DEFAULT false;
SELECT label_columns('notices', 'none', 'first_sent_at', 'vouched');

-- Two who let a privileged account's case start do so within half an hour of one another. A yes that lapsed is given anew: here,
-- since case_authorizations has one row of each person, which the version before this one counts (T49).
CREATE TABLE authorizations_renewed (
  case_id       text NOT NULL,
  authorized_by text NOT NULL,
  authorized_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, authorized_by, authorized_at),
  FOREIGN KEY (case_id, authorized_by) REFERENCES case_authorizations (case_id, authorized_by)
);
SELECT label_columns('authorizations_renewed', 'none', 'case_id', 'authorized_at'), label_columns('authorizations_renewed', 'pseudonym', 'authorized_by');
GRANT SELECT, INSERT ON authorizations_renewed TO regain_app;
