/**
 * The lint rule `scenekeep/no-ambient`: no clock, randomness, timer, input, locale, inexact
 * arithmetic or, in the core, promise.
 *
 * Not seen: a global reached through a computed name on an object that is itself allowed, and what
 * an imported module does; the room table and the type gate of the core answer for the latter.
 */

import { type AmbientBan, BANNED_GLOBALS, EXACT_MATH, LOCALE_METHODS } from "./ambient_names.ts";
import { isBound, isSameNode, parentOf } from "./lexical_scope.ts";
import { lintPath } from "./lint_path.ts";
import { isDeterministicPath, isTestPath, roomOf } from "./rooms.ts";

type Node = Deno.lint.Node;
type Report = (node: Node, message: string, hint: string) => void;

/** Reports what deterministic code must not name. */
export const noAmbientRule: Deno.lint.Rule = {
  create(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
    const path = lintPath(context.filename);
    if (!isDeterministicPath(path)) return {};
    const reported = new Set<number>();
    // A shorthand property is visited twice, as its key and as its value.
    const report: Report = (node, message, hint) => {
      if (reported.has(node.range[0])) return;
      reported.add(node.range[0]);
      context.report({ node, message, hint });
    };
    const core = roomOf(path) === "core";
    return {
      ...namesVisitor({ core, test: isTestPath(path) }, report),
      ...membersVisitor(report),
      ...powerVisitor(report),
      ...(core ? asynchronyVisitor(report) : {}),
    };
  },
};

function namesVisitor(
  place: { readonly core: boolean; readonly test: boolean },
  report: Report,
): Deno.lint.LintVisitor {
  return {
    Identifier(node) {
      const { name } = node;
      const ban = BANNED_GLOBALS.get(name);
      if (ban === undefined ? name !== "Math" : !applies(ban, place)) return;
      if (!isReference(node) || isBound(node, name)) return;
      if (ban !== undefined) report(node, `"${name}" is ambient`, ban.hint);
      else checkMath(node, report);
    },
  };
}

function applies(
  ban: AmbientBan,
  { core, test }: { readonly core: boolean; readonly test: boolean },
): boolean {
  if (ban.coreOnly && !core) return false;
  return !(ban.allowedInTests && test);
}

/** `Math` may stand only before a dot and an exact member: an alias would hide what is taken. */
function checkMath(node: Deno.lint.Identifier, report: Report): void {
  const parent = parentOf(node);
  const direct = parent?.type === "MemberExpression" && isSameNode(parent.object, node) &&
    !parent.computed && parent.property.type === "Identifier";
  if (!direct) {
    return report(node, `"Math" is taken as a whole`, "Write Math.name, so that it can be checked");
  }
  const member = (parent.property as Deno.lint.Identifier).name;
  if (EXACT_MATH.has(member)) return;
  if (member === "random") return report(node, `"Math.random" is ambient`, "Draw by key");
  report(
    node,
    `"Math.${member}" is not exact on every machine`,
    `Use integers, a table, or one of Math.${[...EXACT_MATH].join(", ")}`,
  );
}

function membersVisitor(report: Report): Deno.lint.LintVisitor {
  return {
    MemberExpression(node) {
      const name = memberName(node);
      if (name === null || !LOCALE_METHODS.has(name)) return;
      report(node.property, `"${name}" depends on the locale`, "Compare and print by code unit");
    },
    MetaProperty(node) {
      if (node.meta.name !== "import") return;
      report(node, `"import.meta" is ambient`, "Take what is needed as a parameter");
    },
  };
}

function memberName(node: Deno.lint.MemberExpression): string | null {
  if (node.property.type === "Identifier") return node.computed ? null : node.property.name;
  if (node.property.type !== "Literal") return null;
  return typeof node.property.value === "string" ? node.property.value : null;
}

/** `**` is exact for two to a whole power and for big integers; else it is `Math.pow`. */
function powerVisitor(report: Report): Deno.lint.LintVisitor {
  const hint = "Use integers, a table, or a power of two written out";
  const message = `"**" is not exact on every machine`;
  return {
    BinaryExpression(node) {
      if (node.operator !== "**") return;
      const { left, right } = node;
      if (left.type === "Literal" && typeof left.value === "bigint") return;
      if (right.type === "Literal" && typeof right.value === "bigint") return;
      const exact = left.type === "Literal" && left.value === 2 &&
        right.type === "Literal" && Number.isInteger(right.value);
      if (!exact) report(node, message, hint);
    },
    AssignmentExpression(node) {
      if (node.operator === "**=") report(node, message, hint);
    },
  };
}

function asynchronyVisitor(report: Report): Deno.lint.LintVisitor {
  const hint = "The core answers at once: return effects as data";
  const checkFunction = (node: Node & { readonly async: boolean }): void => {
    if (node.async) report(node, "A function of the core is asynchronous", hint);
  };
  return {
    FunctionDeclaration: checkFunction,
    FunctionExpression: checkFunction,
    ArrowFunctionExpression: checkFunction,
    AwaitExpression(node) {
      report(node, "The core awaits", hint);
    },
    ForOfStatement(node) {
      if (node.await) report(node, "The core awaits", hint);
    },
    ImportExpression(node) {
      report(node, "The core imports while it runs", "Import at the top of the file");
    },
  };
}

/** Whether an identifier names a value or type from a scope, and is not a key, label or name. */
function isReference(node: Deno.lint.Identifier): boolean {
  const parent = parentOf(node);
  if (parent === null) return true;
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || !isSameNode(parent.property, node);
    case "Property":
      return parent.computed || parent.shorthand || !isSameNode(parent.key, node);
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSAbstractMethodDefinition":
    case "TSAbstractPropertyDefinition":
    case "TSPropertySignature":
      return parent.computed || !isSameNode(parent.key, node);
    case "TSQualifiedName":
      return isSameNode(parent.left, node);
    case "ExportSpecifier": {
      const declaration = parentOf(parent);
      return declaration?.type === "ExportNamedDeclaration" && !declaration.source;
    }
    default:
      return !NAMING_PARENTS.has(parent.type);
  }
}

/** The parents under which a bare identifier is a new name, a label or a key, never a reference. */
const NAMING_PARENTS: ReadonlySet<string> = new Set([
  "ImportSpecifier",
  "ImportDefaultSpecifier",
  "ImportNamespaceSpecifier",
  "ImportAttribute",
  "LabeledStatement",
  "BreakStatement",
  "ContinueStatement",
  "MetaProperty",
  "RestElement",
  "TSCallSignatureDeclaration",
  "TSConstructSignatureDeclaration",
  "TSConstructorType",
  "TSDeclareFunction",
  "TSEmptyBodyFunctionExpression",
  "TSEnumDeclaration",
  "TSEnumMember",
  "TSFunctionType",
  "TSImportType",
  "TSIndexSignature",
  "TSInterfaceDeclaration",
  "TSMethodSignature",
  "TSModuleDeclaration",
  "TSNamedTupleMember",
  "TSTypeAliasDeclaration",
  "TSTypeParameter",
]);
