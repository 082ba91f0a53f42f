/** The lint rule `scenekeep/function-length`: a function fits on one screen. */

/** The most lines that a function may span, from its first word to its closing brace. */
export const FUNCTION_LINES_MAX = 70;

type AnyFunction =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Reports every function that spans more than {@linkcode FUNCTION_LINES_MAX} lines. */
export const functionLengthRule: Deno.lint.Rule = {
  create(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
    const check = (node: AnyFunction): void => {
      const lineCount = context.sourceCode.getText(node).split("\n").length;
      if (lineCount <= FUNCTION_LINES_MAX) return;
      context.report({
        node,
        message: `Function spans ${lineCount} lines, the limit is ${FUNCTION_LINES_MAX}`,
        hint: "Give a part of it a name of its own",
      });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};
