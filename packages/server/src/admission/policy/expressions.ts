import { celCompiler, type Expression } from '../../schema/cel-environment.ts';
import { withoutTypeNames } from './object-literals.ts';

/** What expressions of policies and webhooks may name (the authorizer of upstream is not here). */
const VARIABLES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'];

const compile = celCompiler(VARIABLES);
const MOST = 2000;
const known = new Map<string, Expression>();

/** An expression of a policy, compiled once. */
export function policyExpression(text: string): Expression {
  const found = known.get(text);
  if (found) return found;
  const made = compile(withoutTypeNames(text));
  if (known.size >= MOST) known.clear();
  known.set(text, made);
  return made;
}
