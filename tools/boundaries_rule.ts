/** The lint rule `scenekeep/boundaries`: imports only through the doors of `rooms.ts`. */

import { lintPath } from "./lint_path.ts";
import { isDeterministicPath, isTestPath, judgeImport } from "./rooms.ts";

/** Reports every static, dynamic and type import, and every re-export, that its room forbids. */
export const boundariesRule: Deno.lint.Rule = {
  create(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
    const path = lintPath(context.filename);
    const check = (node: Deno.lint.Node, specifier: unknown): void => {
      if (typeof specifier !== "string") return;
      const refusal = judgeImport(path, specifier);
      if (refusal !== null) context.report({ node, ...refusal });
    };
    return {
      ImportDeclaration(node) {
        check(node.source, node.source.value);
      },
      ExportNamedDeclaration(node) {
        if (node.source) check(node.source, node.source.value);
      },
      ExportAllDeclaration(node) {
        check(node.source, node.source.value);
      },
      ImportExpression(node) {
        const specifier = literalText(node.source);
        if (specifier !== null) return check(node.source, specifier);
        if (!isDeterministicPath(path) || isTestPath(path)) return;
        context.report({
          node,
          message: "Dynamic import of a computed specifier cannot be checked",
          hint: "Import a literal specifier",
        });
      },
      TSImportType(node) {
        if (node.argument.type === "TSLiteralType") {
          check(node, literalText(node.argument.literal));
        }
      },
    };
  },
};

/** The text of a string literal or of a template without expressions, else null. */
function literalText(node: Deno.lint.Node): string | null {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return null;
  return node.quasis[0]?.cooked ?? null;
}
