-- A deleted server takes its runs along without a look at those of all others.
CREATE INDEX run_subject_idx ON run (subject);
