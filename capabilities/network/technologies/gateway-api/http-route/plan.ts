import type { Condition, Stored } from '@slipway/api';
import type { Entry } from '../table/entry.ts';
import {
  CONTROLLER,
  type HttpRoute,
  type ParentReference,
  type RouteParentStatus,
} from '../table/upstream.ts';
import type { World } from '../table/world.ts';
import { attachmentOf } from './attachment.ts';
import { compileRules } from './rules.ts';

type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

export interface ParentPlan {
  parentRef: ParentReference;
  /** Names of the listeners it is attached to. */
  listeners: string[];
  conditions: Verdict[];
}

export interface RoutePlan {
  /** One for each parent that is a Gateway of ours; empty: the route is none of our business. */
  parents: ParentPlan[];
  entries: Entry[];
}

/** What follows from an HTTPRoute: its entries, and what its status says. Pure. */
export function planRoute(route: Stored<HttpRoute>, world: World): RoutePlan {
  const rules = compileRules(route, world);
  const parents: ParentPlan[] = [];
  const hostnames = new Set<string>();
  for (const parentRef of route.spec.parentRefs ?? []) {
    const attachment = attachmentOf(route, parentRef, world);
    if (!attachment) continue;
    const unsupported = rules.unsupported && { reason: 'UnsupportedValue', message: rules.unsupported };
    const refused = attachment.refused ?? unsupported;
    parents.push({
      parentRef,
      listeners: refused ? [] : attachment.listeners,
      conditions: [
        refused
          ? { type: 'Accepted', status: 'False', ...refused }
          : { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Route is accepted' },
        rules.unresolved
          ? { type: 'ResolvedRefs', status: 'False', ...rules.unresolved }
          : {
              type: 'ResolvedRefs',
              status: 'True',
              reason: 'ResolvedRefs',
              message: 'All references are resolved',
            },
      ],
    });
    if (!refused) for (const hostname of attachment.hostnames) hostnames.add(hostname);
  }
  const entries = [...hostnames].flatMap(hostname =>
    rules.templates.map(template => ({ ...template, hostname })),
  );
  return { parents, entries };
}

/** The status with our parents' part replaced; others' stay. Transition times change only with the status. */
export function routeStatus(
  route: Stored<HttpRoute>,
  plan: RoutePlan,
  now: string,
): { parents: RouteParentStatus[] } {
  const present = route.status?.parents ?? [];
  const others = present.filter(parent => parent.controllerName !== CONTROLLER);
  const ours = plan.parents.map(({ parentRef, conditions }): RouteParentStatus => {
    const before = present.find(
      parent => parent.controllerName === CONTROLLER && sameParent(parent.parentRef, parentRef),
    );
    return {
      parentRef,
      controllerName: CONTROLLER,
      conditions: conditions.map(condition => ({
        ...condition,
        observedGeneration: route.metadata.generation ?? 0,
        lastTransitionTime: transition(before?.conditions, condition, now),
      })),
    };
  });
  return { parents: [...others, ...ours] };
}

export function transition(before: Condition[] | undefined, next: Verdict, now: string): string {
  const known = before?.find(condition => condition.type === next.type);
  return known?.status === next.status ? known.lastTransitionTime : now;
}

function sameParent(a: ParentReference, b: ParentReference): boolean {
  return (
    a.name === b.name && a.namespace === b.namespace && a.sectionName === b.sectionName && a.port === b.port
  );
}
