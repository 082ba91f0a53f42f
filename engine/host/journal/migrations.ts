import type { DatabaseSync } from "node:sqlite";
import { chainChecksum, dataChecksum, rowChecksum } from "./checksum.ts";
import { SCHEMA } from "./schema.ts";
import { encodeSnapshot } from "./snapshot_codec.ts";

/** Brings a file from one format to the next, inside the transaction that opened it. */
export type Migration = (database: DatabaseSync) => void;

/** The migrations by the format that they start from. */
export const MIGRATIONS: ReadonlyMap<number, Migration> = new Map([[1, addChecksums]]);

const TABLES = ["meta", "actors", "events", "applied", "outbox", "timers", "snapshots"];

/**
 * Format 2: a checksum on every row, a format on every record, deflated snapshots, and no second
 * index. The tables are written anew, since SQLite cannot change a primary key in place.
 */
function addChecksums(database: DatabaseSync): void {
  for (const table of TABLES) database.exec(`ALTER TABLE ${table} RENAME TO old_${table}`);
  database.exec(SCHEMA);
  copy(database, {
    from: "SELECT key, value FROM old_meta",
    into: "INSERT INTO meta (key, value, checksum) VALUES (?, ?, ?)",
    sum: ([key, value]) => [rowChecksum(text(key), text(value))],
  });
  copy(database, {
    from: "SELECT actor, number, incarnation FROM old_actors",
    into: "INSERT INTO actors (actor, number, incarnation, checksum) VALUES (?, ?, ?, ?)",
    sum: ([actor, number, life]) => [rowChecksum(text(actor), Number(number), Number(life))],
  });
  copyEvents(database);
  copy(database, {
    from: "SELECT actor, message_id, wall_ms, 1 AS format, replies FROM old_applied",
    into: `INSERT INTO applied (actor, message_id, wall_ms, format, replies, checksum)
      VALUES (?, ?, ?, ?, ?, ?)`,
    sum: ([, id, wallMs, format, replies]) => [
      rowChecksum(text(id), Number(wallMs), Number(format), text(replies)),
    ],
  });
  copy(database, {
    from: "SELECT actor, effect_id, number, 1 AS format, json FROM old_outbox",
    into: `INSERT INTO outbox (actor, effect_id, number, format, json, checksum)
      VALUES (?, ?, ?, ?, ?, ?)`,
    sum: ([, id, number, format, json]) => [
      rowChecksum(text(id), Number(number), Number(format), text(json)),
    ],
  });
  copy(database, {
    from: "SELECT actor, key, after_ms FROM old_timers",
    into: "INSERT INTO timers (actor, key, after_ms, checksum) VALUES (?, ?, ?, ?)",
    sum: ([, key, afterMs]) => [rowChecksum(text(key), Number(afterMs))],
  });
  copySnapshots(database);
  for (const table of TABLES) database.exec(`DROP TABLE old_${table}`);
}

type Value = string | number | bigint | Uint8Array | null;

/** Copies rows, with the values that `sum` makes of a row added at its end. */
function copy(
  database: DatabaseSync,
  rows: { from: string; into: string; sum: (row: readonly Value[]) => readonly Value[] },
): void {
  const insert = database.prepare(rows.into);
  for (const found of database.prepare(rows.from).all()) {
    const row = Object.values(found) as Value[];
    insert.run(...row, ...rows.sum(row));
  }
}

/** Format 1 kept no event from before a snapshot, so each actor's chain starts at its first row. */
function copyEvents(database: DatabaseSync): void {
  const chains = new Map<Value, number>();
  copy(database, {
    from: "SELECT actor, seq, format, json FROM old_events ORDER BY actor, seq",
    into: "INSERT INTO events (actor, seq, format, json, checksum) VALUES (?, ?, ?, ?, ?)",
    sum: ([actor = null, , format, json]) => {
      const event = { format: Number(format), json: text(json) };
      const chain = chainChecksum(event, chains.get(actor) ?? 0);
      chains.set(actor, chain);
      return [chain];
    },
  });
}

function copySnapshots(database: DatabaseSync): void {
  const insert = database.prepare(
    `INSERT INTO snapshots (actor, seq, chain, format, checksum, data)
     VALUES (?, ?, 0, ?, ?, ?)`,
  );
  for (const row of database.prepare("SELECT actor, seq, format, json FROM old_snapshots").all()) {
    const [actor, seq, format] = [row["actor"], row["seq"], row["format"]].map(Number);
    const data = encodeSnapshot(JSON.parse(text(row["json"])));
    const sum = dataChecksum(data, actor ?? 0, seq ?? 0, 0, format ?? 0);
    insert.run(actor ?? 0, seq ?? 0, format ?? 0, sum, data);
  }
}

function text(value: Value | undefined): string {
  return String(value);
}
