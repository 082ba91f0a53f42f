import { assertEquals } from "@std/assert";
import { headingAnchors, linkFindings, markdownLinks, titleFindings } from "./tidy_markdown.ts";

Deno.test("titleFindings() asks for one title, first", () => {
  const at = (text: string): string[] => titleFindings({ path: "a.md", text });
  assertEquals(at("# Title\n\n## Part\n"), []);
  assertEquals(at("# Title\n\n```sh\n# a comment\n```\n"), []);
  assertEquals(at("text\n"), ['a.md: 0 titles that start with "# ", must be one']);
  assertEquals(at("# One\n# Two\n"), ['a.md: 2 titles that start with "# ", must be one']);
  assertEquals(at("text\n\n# Title\n"), ["a.md: the title must be the first line"]);
});

Deno.test("markdownLinks() finds inline links and definitions outside code", () => {
  const text = [
    "See [a](a.md) and ![b](b.png) and [c](<c.md> 'no').",
    'A [titled](d.md "title") one, `[code](no.md)`.',
    "```md",
    "[fenced](no.md)",
    "```",
    "[definition]: e.md",
  ].join("\n");
  assertEquals(markdownLinks(text), [
    { line: 1, target: "a.md" },
    { line: 1, target: "b.png" },
    { line: 2, target: "d.md" },
    { line: 6, target: "e.md" },
  ]);
});

Deno.test("headingAnchors() names headings as renderers do", () => {
  const text = "# About @std\n## A, b & c\n## A, b & c\n## [Link](x.md) `code_name`\n";
  assertEquals([...headingAnchors(text)], [
    "about-std",
    "a-b--c",
    "a-b--c-1",
    "link-code_name",
  ]);
});

Deno.test("linkFindings() follows links to files, folders and headings", () => {
  const files = new Map([
    ["README.md", "# Read\n"],
    ["docs/a.md", "# A\n## Part\n"],
    ["docs/b.png", ""],
  ]);
  const at = (path: string, text: string): string[] => linkFindings({ path, text }, files);
  assertEquals(at("README.md", "[a](docs/a.md#part) [b](docs) [c](./docs/) [d](#read)"), []);
  assertEquals(at("docs/a.md", "[a](../README.md) [b](b.png) [c](https://example.org/x)"), []);
  assertEquals(at("docs/a.md", "[a](README.md)"), [
    'docs/a.md:1: link "README.md" leads to "docs/README.md", which is not tracked',
  ]);
  assertEquals(at("README.md", "[a](docs/a.md#none)"), [
    'README.md:1: link "docs/a.md#none" names a heading that "docs/a.md" does not have',
  ]);
  assertEquals(at("README.md", "[a](../outside.md)").length, 1);
});
