/** Names the algorithm in caches: a change of either makes every cached hash stale. */
export const HASH_ALGORITHM = "blake2b-512/1";
