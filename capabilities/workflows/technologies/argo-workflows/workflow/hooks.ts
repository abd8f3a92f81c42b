import { evaluate } from '../expression/evaluate.ts';
import { type Call, type Hook, isFulfilled, type NodeStatus, type Template } from '../model.ts';
import { nested, substitute } from '../substitution/substitute.ts';
import { resolveArguments } from './arguments.ts';
import { isDone } from './execution.ts';
import { addChild, type Origin, outboundNodes, type Run } from './run.ts';
import { addToScope, type Scope } from './variables.ts';

interface Hooked {
  call: Call;
  node: NodeStatus;
  /** `steps.<name>` or `tasks.<name>`. */
  prefix: string;
  scope: Scope;
  origin: Origin;
  boundary: { id: string; template: Template };
}

/**
 * Runs the lifecycle hooks of a step or task: `exit` (and the older `onExit`) when it is over, others as soon as
 * their expression holds. True when nothing of them is still going on.
 */
export function runHooks(run: Run, hooked: Hooked): boolean {
  const hooks: Record<string, Hook> = {
    ...(hooked.call.onExit ? { exit: { template: hooked.call.onExit } } : {}),
    ...hooked.call.hooks,
  };
  let settled = true;
  for (const [name, hook] of Object.entries(hooks)) settled = runHook(run, hooked, name, hook) && settled;
  return settled;
}

function runHook(run: Run, hooked: Hooked, name: string, hook: Hook): boolean {
  const { node, prefix, origin, boundary } = hooked;
  const isExit = name === 'exit';
  if (isExit && (!isFulfilled(node.phase) || node.phase === 'Skipped' || node.phase === 'Omitted'))
    return true;
  if (isExit && run.spec.shutdown === 'Terminate') return true;
  const scope: Scope = { variables: { ...hooked.scope.variables }, artifacts: { ...hooked.scope.artifacts } };
  addToScope(run, scope, prefix, node);
  addToScope(run, scope, prefix.replace(/\..*$/, ''), node);
  addOwnOutputs(scope, prefix);
  const nodeName = isExit ? `${node.name}.onExit` : `${node.name}.hooks.${name}`;
  if (!applies(run, hook, scope)) return true;
  const variables = { ...run.globals, ...scope.variables };
  const args = substitute(hook.arguments, variables, { strict: false, now: run.world.now });
  const child = run.execute(run, {
    nodeName,
    displayName: `${node.displayName}${nodeName.slice(node.name.length)}`,
    call: hook,
    args: resolveArguments(run, args, scope),
    origin,
    boundary,
    locals: {},
    hooked: true,
  });
  if (!child) return false;
  for (const id of outboundNodes(run, node.id)) {
    const parent = run.nodes[id];
    if (parent && parent.id !== child.id) addChild(parent, child.id);
  }
  return isDone(child);
}

/** Exit hooks of a step see its outputs as `outputs.*` too. */
function addOwnOutputs(scope: Scope, prefix: string): void {
  const start = `${prefix}.outputs.`;
  for (const [name, value] of Object.entries(scope.variables)) {
    if (name.startsWith(start)) scope.variables[name.slice(prefix.length + 1)] = value;
  }
  for (const [name, artifact] of Object.entries(scope.artifacts)) {
    if (name.startsWith(start)) scope.artifacts[name.slice(prefix.length + 1)] = artifact;
  }
}

/** A hook without an expression applies. */
export function applies(run: Run, hook: Hook, scope: Scope): boolean {
  if (hook.expression === undefined) return true;
  const values = nested({ ...run.globals, ...scope.variables });
  return evaluate(hook.expression, { values, now: run.world.now }) === true;
}
