-- Sign-ins at our own relying party that are over are removed by the sweeper. They are found by their ids, which begin with
-- the time they were made at, so that no further index is needed (`src/sweeper/pruning.ts`).
GRANT DELETE ON relying_party_sessions TO regain_app;
