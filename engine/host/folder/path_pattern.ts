/** Why a pattern means nothing, in words: what is wrong and where. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * A pattern for paths below a folder, as shells have them: `*` and `?` stand for characters of one
 * name, `**` as a whole part of a path for any number of folders, `[a-z]` and `[!a-z]` for one
 * character, `{jpg,png}` for one of several texts, and a backslash takes its meaning from the
 * character after it. Capital and small letters differ. A name may be written in either Unicode
 * form.
 *
 * A pattern that fits a folder holds for everything in it.
 *
 * The translation is our own: picomatch 4.0.3 takes the brackets of `IMG (1).jpg` for a group,
 * reads `[!a]` otherwise, and says nothing of `[a`, `{a` or `a**`.
 *
 * @example
 * ```ts ignore
 * new PathPattern("2024/**" + "/*.{jpg,png}").matches("2024/beach/IMG_1.jpg"); // true
 * ```
 */
export class PathPattern {
  /** As it was written. */
  readonly text: string;
  readonly #expression: RegExp;

  /** @throws {PatternError} When it can never fit, or something in it does not end. */
  constructor(text: string) {
    this.text = text;
    this.#expression = new RegExp(`^${expressionOf(text)}(?:/|$)`, "su");
  }

  /** True when it fits the path, or a folder that the path is in. */
  matches(path: string): boolean {
    return this.#expression.test(path.normalize("NFC"));
  }

  /** True when it fits a folder that the path is in. */
  matchesFolderOf(path: string): boolean {
    const slash = path.lastIndexOf("/");
    return slash > 0 && this.matches(path.slice(0, slash));
  }
}

/** Longer patterns are no patterns, but a mistake. */
const LENGTH_MAX = 4096;

function expressionOf(text: string): string {
  const trimmed = text.normalize("NFC").replace(/^(?:\.\/)+/, "").replace(/(?<!\\)\/+$/, "");
  const wrong = (why: string): PatternError =>
    new PatternError(`Cannot use the pattern ${JSON.stringify(text)}: ${why}`);
  if (trimmed === "") throw wrong("it is empty");
  if (trimmed.length > LENGTH_MAX) throw wrong(`it is longer than ${LENGTH_MAX} characters`);
  if (trimmed.startsWith("/")) throw wrong("paths are relative to the folder, without a first /");
  if (trimmed.split("/").some((part) => part === ".." || part === ".")) {
    throw wrong('no path below the folder has "." or ".." in it');
  }
  if (/\/\//.test(trimmed)) throw wrong("no name is empty, as between // it would be");
  return new Translation(trimmed, wrong).whole();
}

/** Translates one pattern, character by character. */
class Translation {
  readonly #signs: readonly string[];
  readonly #wrong: (why: string) => PatternError;
  #at = 0;
  #depth = 0;

  constructor(text: string, wrong: (why: string) => PatternError) {
    this.#signs = [...text];
    this.#wrong = wrong;
  }

  whole(): string {
    let made = "";
    while (this.#at < this.#signs.length) made += this.#next();
    if (this.#depth > 0) throw this.#wrong("a { has no }");
    return made;
  }

  #next(): string {
    const sign = this.#signs[this.#at] ?? "";
    this.#at += 1;
    switch (sign) {
      case "*":
        return this.#stars();
      case "?":
        return "[^/]";
      case "[":
        return this.#class();
      case "{":
        this.#depth += 1;
        return "(?:";
      case "}":
        if (this.#depth === 0) return quoted(sign);
        this.#depth -= 1;
        return ")";
      case ",":
        return this.#depth > 0 ? "|" : quoted(sign);
      case "\\": {
        const meant = this.#signs[this.#at];
        if (meant === undefined) throw this.#wrong("nothing comes after its last backslash");
        this.#at += 1;
        return quoted(meant);
      }
      default:
        return quoted(sign);
    }
  }

  #stars(): string {
    const before = this.#signs[this.#at - 2];
    if (this.#signs[this.#at] !== "*") return "[^/]*";
    const after = this.#signs[this.#at + 1];
    const isPart = (before === undefined || before === "/") &&
      (after === undefined || after === "/");
    if (!isPart) throw this.#wrong("** must be a whole part of a path, as in a/**/b");
    this.#at += after === undefined ? 1 : 2;
    return after === undefined ? ".+" : "(?:[^/]+/)*";
  }

  #class(): string {
    const start = this.#at;
    const isNegated = this.#signs[start] === "!" || this.#signs[start] === "^";
    // A bracket that comes first stands for itself.
    let end = start + (isNegated ? 2 : 1);
    while (end < this.#signs.length && this.#signs[end] !== "]") {
      end += this.#signs[end] === "\\" ? 2 : 1;
    }
    if (end >= this.#signs.length) throw this.#wrong("a [ has no ]");
    this.#at = end + 1;
    const body = this.#signs.slice(start + (isNegated ? 1 : 0), end)
      .map((sign) => /[\^[\]&]/.test(sign) ? `\\${sign}` : sign).join("");
    const made = isNegated ? `(?!/)[^${body}]` : `(?!/)[${body}]`;
    try {
      new RegExp(made, "u");
    } catch {
      throw this.#wrong(`[${body}] is no set of characters`);
    }
    return made;
  }
}

/** The character itself, whatever it means in an expression. */
function quoted(sign: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign;
}
