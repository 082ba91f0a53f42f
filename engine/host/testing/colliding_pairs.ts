/** Two messages of 128 bytes with one MD5 (Wang, Feng, Lai and Yu, 2004), in hexadecimal. */
const MD5_PAIR = [
  "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89" +
  "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b" +
  "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0" +
  "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70",
  "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f89" +
  "55ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5b" +
  "d8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0" +
  "e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70",
] as const;

/** The two, as bytes. */
export function md5Pair(): readonly [Uint8Array, Uint8Array] {
  return [bytesOfHex(MD5_PAIR[0]), bytesOfHex(MD5_PAIR[1])];
}

/**
 * How two PDF files of one SHA-1 begin, and the blocks in which they differ (Stevens, Bursztein,
 * Karpman, Albertini and Markov: The first collision for full SHA-1, 2017), in hexadecimal.
 */
const SHA1_PREFIX = "255044462d312e330a25e2e3cfd30a0a0a312030206f626a0a3c3c2f57696474" +
  "682032203020522f4865696768742033203020522f547970652034203020522f" +
  "537562747970652035203020522f46696c7465722036203020522f436f6c6f72" +
  "53706163652037203020522f4c656e6774682038203020522f42697473506572" +
  "436f6d706f6e656e7420383e3e0a73747265616d0affd8fffe00245348412d31" +
  "20697320646561642121212121852fec092339759c39b1a1c63c4c97e1fffe01";
const SHA1_BLOCKS = [
  "7346dc9166b67e118f029ab621b2560ff9ca67cca8c7f85ba84c79030c2b3de2" +
  "18f86db3a90901d5df45c14f26fedfb3dc38e96ac22fe7bd728f0e45bce046d2" +
  "3c570feb141398bb552ef5a0a82be331fea48037b8b5d71f0e332edf93ac3500" +
  "eb4ddc0decc1a864790c782c76215660dd309791d06bd0af3f98cda4bc4629b1",
  "7f46dc93a6b67e013b029aaa1db2560b45ca67d688c7f84b8c4c791fe02b3df6" +
  "14f86db1690901c56b45c1530afedfb76038e972722fe7ad728f0e4904e046c2" +
  "30570fe9d41398abe12ef5bc942be33542a4802d98b5d70f2a332ec37fac3514" +
  "e74ddc0f2cc1a874cd0c78305a21566461309789606bd0bf3f98cda8044629a1",
] as const;

/** What follows may be anything that is the same: who compares tails sees no difference. */
const SHA1_TAIL_BYTES = 4096;

/** Two files of one SHA-1, and of equal heads and tails. */
export function sha1Pair(): readonly [Uint8Array, Uint8Array] {
  const tail = "0a".repeat(SHA1_TAIL_BYTES);
  const [left, right] = SHA1_BLOCKS;
  return [bytesOfHex(SHA1_PREFIX + left + tail), bytesOfHex(SHA1_PREFIX + right + tail)];
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
