/**
 * The tables of a library file, format 2.
 *
 * Several durable actors share one file; `actor` is the number of the actor in `actors`. All rows
 * that a turn changes are changed in one transaction. Every row has a checksum of its values, and
 * no table has a second index, whose damage SQLite would not notice.
 */
export const SCHEMA = `
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE actors (
  actor TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL,
  incarnation INTEGER NOT NULL,
  checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- checksum: chained from the event before; 0 stands before the first.
CREATE TABLE events (
  actor INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  format INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (actor, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE applied (
  actor INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  wall_ms INTEGER NOT NULL,
  format INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  replies TEXT NOT NULL,
  PRIMARY KEY (actor, message_id)
) STRICT, WITHOUT ROWID;

-- number: grows with every row, so that the oldest comes first.
CREATE TABLE outbox (
  actor INTEGER NOT NULL,
  effect_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  format INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (actor, effect_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
  actor INTEGER NOT NULL,
  key TEXT NOT NULL,
  after_ms INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

-- seq, chain: of the last event that the snapshot covers. The last two snapshots are kept, with
-- every event since the older one, so that one damaged snapshot loses nothing.
CREATE TABLE snapshots (
  number INTEGER PRIMARY KEY,
  actor INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  format INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
`;
