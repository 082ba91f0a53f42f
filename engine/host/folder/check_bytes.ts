import type { FileHashOutcome } from "../hashing/file_hash.ts";
import type { FolderPlace } from "./folder_place.ts";
import { codeOf, NameFailure } from "./name_failure.ts";
import { isSameInode, isUnchanged, type NameNode, nodeAt } from "./name_node.ts";
import { pathOfLink } from "./path_of_link.ts";
import { readError, readFailure } from "./read_failure.ts";
import { haveSameBytes } from "./same_bytes.ts";

/**
 * How a copy that goes is held against the file that stays: byte by byte, or both by the hash of
 * what was looked at. Either way all bytes of both are read anew.
 */
export type CopyCheck = "bytes" | "hash";

/** What a name must lead to. */
export interface ExpectedBytes {
  readonly path: string;
  readonly expectedHash: string | null;
  readonly sameAs: string | null;
}

/** Reads what names lead to, right before anything is done with them. Remembers nothing. */
export class BytesCheck {
  readonly #place: FolderPlace;
  readonly #hash: (path: string) => Promise<FileHashOutcome>;
  readonly #verify: CopyCheck;

  constructor(
    place: FolderPlace,
    options: {
      readonly hash: (path: string) => Promise<FileHashOutcome>;
      readonly verify: CopyCheck;
    },
  ) {
    this.#place = place;
    this.#hash = options.hash;
    this.#verify = options.verify;
  }

  /**
   * Reads all bytes of a file of the folder, or of what a link in it leads to.
   *
   * @throws {NameFailure} `changed` when they are others, or changed while they were read.
   */
  async check(node: NameNode, full: string, expected: ExpectedBytes): Promise<void> {
    const { expectedHash, path, sameAs } = expected;
    if (node.kind === "link") {
      await this.#checkLink(node, expected);
    } else {
      await this.#checkHash(full, path, expectedHash);
      if (sameAs !== null) await this.#checkSame(node, full, { expectedHash, path, sameAs });
    }
    if (isUnchanged(node, nodeAt(full, path))) return;
    throw new NameFailure("changed", path, "it changed while it was read");
  }

  async #checkLink(node: NameNode, { expectedHash, path }: ExpectedBytes): Promise<void> {
    if (expectedHash === null) return;
    const target = pathOfLink(path, node.target ?? "");
    const other = target === null ? null : this.#place.node(target);
    if (target === null || other?.kind !== "file") {
      throw new NameFailure("changed", path, "the link leads elsewhere");
    }
    await this.#checkHash(this.#place.pathTo(target), path, expectedHash);
  }

  async #checkHash(full: string, path: string, expectedHash: string | null): Promise<void> {
    if (expectedHash === null) return;
    const outcome = await this.#hash(full);
    if (outcome.kind === "failed") throw readFailure(outcome.error, path);
    if (outcome.contentHash !== expectedHash) {
      throw new NameFailure("changed", path, "its bytes are not those that were looked at");
    }
  }

  async #checkSame(
    node: NameNode,
    full: string,
    { expectedHash, path, sameAs }: ExpectedBytes & { readonly sameAs: string },
  ): Promise<void> {
    const other = this.#place.node(sameAs);
    if (other?.kind !== "file") {
      throw new NameFailure("missing", path, `"${sameAs}", which stays, is not there`);
    }
    if (isSameInode(node, other)) return;
    const otherFull = this.#place.pathTo(sameAs);
    // Where no hash is known there is nothing else to go by than the bytes.
    const isSame = this.#verify === "hash" && expectedHash !== null
      ? await this.#hasHash(otherFull, { expectedHash, path, sameAs })
      : await haveSameBytes(full, otherFull).catch((error) => {
        if (codeOf(error) === "EIO") throw notCompared(path, sameAs);
        throw error;
      });
    if (!isSame || !isUnchanged(other, nodeAt(otherFull, sameAs))) {
      throw new NameFailure("changed", path, `its bytes are not those of "${sameAs}"`);
    }
  }

  /** True when the file that stays has the hash of the one that goes. */
  async #hasHash(
    otherFull: string,
    { expectedHash, path, sameAs }: ExpectedBytes & { readonly sameAs: string },
  ): Promise<boolean> {
    const outcome = await this.#hash(otherFull);
    if (outcome.kind === "hashed") return outcome.contentHash === expectedHash;
    if (outcome.error === "ioError") throw notCompared(path, sameAs);
    const { error, reason } = readFailure(outcome.error, path);
    throw new NameFailure(error, path, `"${sameAs}", which stays: ${reason}`);
  }
}

function notCompared(path: string, sameAs: string): NameFailure {
  const reason = `"${sameAs}", which stays, cannot be compared: the disk could not read it`;
  return new NameFailure(readError("ioError"), path, reason);
}
