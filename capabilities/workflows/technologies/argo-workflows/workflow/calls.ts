import { type Call, type NodeStatus, type Template, textOf } from '../model.ts';
import { holdsWhen } from '../substitution/condition.ts';
import { expandLoop } from '../substitution/loops.ts';
import { substitute } from '../substitution/substitute.ts';
import { resolveArguments } from './arguments.ts';
import type { Execution } from './execution.ts';
import { setDefaultOutputs } from './outputs.ts';
import { addNode, findNode, type Origin, type Run } from './run.ts';
import type { Scope } from './variables.ts';

/** Variables and artifacts a steps or DAG template offers to its children from its own inputs. */
export function scopeOfInputs(template: Template): Scope {
  const scope: Scope = { variables: {}, artifacts: {} };
  for (const { name, value } of template.inputs?.parameters ?? [])
    scope.variables[`inputs.parameters.${name}`] = textOf(value) ?? '';
  for (const artifact of template.inputs?.artifacts ?? [])
    scope.artifacts[`inputs.artifacts.${artifact.name}`] = artifact;
  return scope;
}

/** A call with its scope's variables filled in, turned into its turns when it loops. */
export function turnsOf<T extends Call>(run: Run, call: T, scope: Scope): { turns: T[]; loops: boolean } {
  const options = { strict: false, now: run.world.now };
  // An inline template fills its own variables when it runs: names like inputs.* mean its own there.
  const { inline, ...plain } = call;
  const filled = substitute(plain as T, { ...run.globals, ...scope.variables }, options);
  const whole = inline ? { ...filled, inline } : filled;
  const turns = expandLoop(whole, run.world.now);
  return turns ? { turns: turns.map(turn => turn.call), loops: true } : { turns: [whole], loops: false };
}

interface CallSite {
  /** What the callers are called: decides between `steps.name` and `tasks.name`. */
  within: 'steps' | 'tasks';
  call: Call;
  nodeName: string;
  scope: Scope;
  origin: Origin;
  boundary: { id: string; template: Template };
}

/** Runs one turn, or leaves a Skipped node where its `when` does not hold. */
export function executeCall(
  run: Run,
  { within, call, nodeName, scope, origin, boundary }: CallSite,
): NodeStatus | undefined {
  const existing = findNode(run, nodeName);
  const names = { templateName: call.template, templateRef: call.templateRef, boundaryID: boundary.id };
  if (!existing && !holdsWhen(call.when)) {
    const message = `when '${call.when}' evaluated false`;
    const skipped = addNode(run, {
      name: nodeName,
      displayName: call.name,
      type: 'Skipped',
      phase: 'Skipped',
      message,
      origin,
      ...names,
    });
    setDefaultOutputs(run, skipped, call, origin);
    return skipped;
  }
  const locals = { [`${within}.name`]: call.name };
  const args = substitute(call.arguments, locals, { strict: false, now: run.world.now });
  return run.execute(run, {
    nodeName,
    displayName: call.name,
    call,
    args: resolveArguments(run, args, scope),
    origin,
    boundary,
    locals,
  });
}

/** True when the caller wants to go on although this child failed. */
export function continuesOn(call: Call, node: NodeStatus): boolean {
  if (node.phase === 'Error') return call.continueOn?.error === true;
  return node.phase === 'Failed' && call.continueOn?.failed === true;
}

/** What a steps or DAG template hands to its children as their boundary. */
export function boundaryOf(node: NodeStatus, { template }: Execution): { id: string; template: Template } {
  return { id: node.id, template };
}
