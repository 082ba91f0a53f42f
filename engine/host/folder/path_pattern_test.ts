import { assertEquals, assertThrows } from "@std/assert";
import { PathPattern, PatternError } from "./path_pattern.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("PathPattern fits names, folders, and everything in them", () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ["*.jpg", ["a.jpg", ".jpg"], ["a.jpeg", "b/a.jpg", "a.jpg2", "A.JPG"]],
    ["**/*.jpg", ["a.jpg", "b/a.jpg", "b/c/a.jpg"], ["a.png"]],
    ["2024", ["2024", "2024/a.jpg", "2024/b/c"], ["2024b", "b/2024", "20245/a"]],
    ["2024/", ["2024/a.jpg"], ["2025/a.jpg"]],
    ["./2024/**", ["2024/a.jpg", "2024/b/c"], ["2024", "b/2024/a"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/inside"], ["a/xb", "ab"]],
    ["IMG_?.{jpg,p?g}", ["IMG_1.jpg", "IMG_é.png"], ["IMG_12.jpg", "IMG_/.jpg", "IMG_1.gif"]],
    ["[a-c!]x", ["ax", "!x"], ["dx", "/x"]],
    ["[!a-c]x", ["dx", "\nx"], ["ax", "/x"]],
    ["[]]", ["]"], ["[", "x"]],
    ["\\*\\[1\\]\\{a,b\\}", ["*[1]{a,b}"], ["x[1]{a,b}", "*1a"]],
    ["a+(b)|c.d^$", ["a+(b)|c.d^$"], ["aab", "a+(b)|cxd^$"]],
    ["one, two", ["one, two"], ["one"]],
    ["IMG (1).jpg", ["IMG (1).jpg"], ["IMG 1.jpg"]],
    ["*line", ["first\nline", "line"], ["line\nx"]],
  ];
  for (const [text, fitting, others] of cases) {
    const pattern = new PathPattern(text);
    for (const path of fitting) assertEquals(pattern.matches(path), true, `${text} ${path}`);
    for (const path of others) assertEquals(pattern.matches(path), false, `${text} ${path}`);
  }
});

test("PathPattern takes either Unicode form of a name, and whole characters", () => {
  const [composed, apart] = ["\u00e9t\u00e9", "e\u0301te\u0301"];
  for (const text of [composed, apart, "?t?", "[\u00e9]t*"]) {
    for (const path of [composed, apart]) assertEquals(new PathPattern(text).matches(path), true);
  }
  assertEquals(new PathPattern("?.jpg").matches("\u{1f600}.jpg"), true);
});

test("PathPattern says what is in a folder that it fits", () => {
  const pattern = new PathPattern("keep*");
  assertEquals(pattern.matchesFolderOf("keepers/a.jpg"), true);
  assertEquals(pattern.matchesFolderOf("keepers/b/a.jpg"), true);
  assertEquals(pattern.matchesFolderOf("keep.jpg"), false);
});

test("PathPattern says what is wrong with one that can never fit", () => {
  const wrong = ["", "/", "/a", "../a", "a/./b", "a//b", "[a", "{a,b", "a\\", "a**", "**b/c"];
  for (const text of [...wrong, "[z-a]", "x".repeat(5000)]) {
    assertThrows(() => new PathPattern(text), PatternError, "Cannot use the pattern", text);
  }
});
