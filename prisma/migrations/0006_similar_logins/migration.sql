-- No two logins, and no two addresses, that differ in nothing but case: nobody shall be taken for somebody else.
-- "C" folds ASCII alike in every locale; logins have nothing else.
CREATE UNIQUE INDEX users_login_folded_key ON users (lower(login COLLATE "C"));
CREATE UNIQUE INDEX users_email_folded_key ON users (lower(email COLLATE "C"));
