-- Work whose job used up its tries, one row for each piece of work: how often, and which job of it lies in the queue. The
-- sweeper announces it at growing distances and says when it gives up. Ids only.
CREATE TABLE dead_letters (
  queue    text NOT NULL,
  -- The members of the job's payload, in their order by name.
  about    text NOT NULL,
  job_id   text NOT NULL,
  deaths   integer NOT NULL DEFAULT 1 CHECK (deaths > 0),
  died_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  given_up boolean NOT NULL DEFAULT false,
  PRIMARY KEY (queue, about)
);
CREATE INDEX dead_letters_by_job ON dead_letters (queue, job_id);
CREATE INDEX dead_letters_by_death ON dead_letters (died_at);
SELECT label_columns('dead_letters', 'none', 'queue', 'about', 'job_id', 'deaths', 'died_at', 'given_up');
GRANT SELECT, INSERT, UPDATE, DELETE ON dead_letters TO regain_app;
