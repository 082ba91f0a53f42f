/**
 * Which names a syntax tree binds: the lint tool offers no scope analysis, and a rule against a
 * global must not report a parameter or an import of the same name.
 *
 * Exact for `let`, `const`, functions, classes, imports, parameters and type parameters. `var` is
 * seen only where it stands, since another rule forbids it.
 */

type Node = Deno.lint.Node;

/** A name that a scope binds, and whether it is only a type. */
interface Binding {
  readonly name: string;
  readonly typeOnly: boolean;
}

/** Whether a scope around the node binds the name; types count only for a node in type position. */
export function isBound(node: Node, name: string): boolean {
  const inType = isTypePosition(node);
  for (let scope: Node | null = parentOf(node); scope !== null; scope = parentOf(scope)) {
    const found = bindingsOf(scope).some((binding) =>
      binding.name === name && (inType || !binding.typeOnly)
    );
    if (found) return true;
  }
  return false;
}

/** The parent of a node, or null for the whole program. */
export function parentOf(node: Node): Node | null {
  return node.type === "Program" ? null : (node as { parent?: Node }).parent ?? null;
}

/** Whether two handles stand for the same node; the tool may make a new handle on each access. */
export function isSameNode(a: Node | null | undefined, b: Node): boolean {
  return !!a && a.type === b.type && a.range[0] === b.range[0] && a.range[1] === b.range[1];
}

function isTypePosition(node: Node): boolean {
  const type = parentOf(node)?.type;
  return type === "TSTypeReference" || type === "TSQualifiedName" || type === "TSClassImplements" ||
    type === "TSInterfaceHeritage";
}

function bindingsOf(scope: Node): Binding[] {
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
      return (scope.body as Node[]).flatMap(declaredBy);
    case "SwitchStatement":
      return scope.cases.flatMap((one) => one.consequent.flatMap(declaredBy));
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [
        ...scope.params.flatMap((one) => patternNames(one as Node)).map(asValue),
        ...("id" in scope && scope.id ? [asValue(scope.id.name)] : []),
        ...typeParameters(scope.typeParameters),
      ];
    case "ClassDeclaration":
    case "ClassExpression":
      return [
        ...(scope.id ? [asValue(scope.id.name)] : []),
        ...typeParameters((scope as Deno.lint.ClassExpression).typeParameters),
      ];
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return typeParameters(scope.typeParameters);
    case "CatchClause":
      return scope.param ? patternNames(scope.param).map(asValue) : [];
    case "ForStatement":
      return scope.init ? declaredBy(scope.init) : [];
    case "ForInStatement":
    case "ForOfStatement":
      return declaredBy(scope.left);
    default:
      return [];
  }
}

function declaredBy(statement: Node): Binding[] {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.declarations.flatMap((one) => patternNames(one.id)).map(asValue);
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      return statement.id ? [asValue(statement.id.name)] : [];
    case "ImportDeclaration":
      return statement.specifiers.map((one) => asValue(one.local.name));
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      return statement.declaration ? declaredBy(statement.declaration) : [];
    case "TSTypeAliasDeclaration":
    case "TSInterfaceDeclaration":
      return [{ name: statement.id.name, typeOnly: true }];
    default:
      return [];
  }
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "RestElement":
      return patternNames(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element ? patternNames(element) : []);
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === "Property" ? property.value : property)
      );
    default:
      return [];
  }
}

function typeParameters(
  declaration: Deno.lint.TSTypeParameterDeclaration | null | undefined,
): Binding[] {
  return declaration?.params.map((one) => ({ name: one.name.name, typeOnly: true })) ?? [];
}

function asValue(name: string): Binding {
  return { name, typeOnly: false };
}
