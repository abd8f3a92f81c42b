import {
  type Key,
  type Kind,
  type KubeObject,
  keyOf,
  type LabelSelector,
  matchesLabels,
  requirementsOf,
} from '@slipway/api';
import { Pod } from '@slipway/kinds';
import { type Watch, watching } from '@slipway/runtime';
import { controllerOf } from './owner.ts';

type Selecting = KubeObject & { spec: { selector?: LabelSelector } };
/** Undefined selects nothing. */
type SelectorOf<T> = (owner: T) => LabelSelector | undefined;

/** Watches dependents of one kind: a dependent's controller, or, for an orphan, every owner that would adopt it. */
export function watchDependents<D extends KubeObject, T extends KubeObject>(
  dependent: Kind<D>,
  owner: Kind<T>,
  selectorOf: SelectorOf<T>,
): Watch {
  return watching<D>({
    kind: dependent,
    keysOf: (object, { cache }) => {
      const { namespace } = object.metadata;
      const controller = controllerOf(object);
      if (controller) return controller.kind === owner.kind ? [keyIn(namespace, controller.name)] : [];
      const owners = cache(owner).list(namespace ? { namespace } : {});
      return owners.filter(one => selects(selectorOf(one), object)).map(keyOf);
    },
  });
}

export function watchPods<T extends Selecting>(owner: Kind<T>): Watch {
  return watchDependents(Pod, owner, ({ spec }) => spec.selector);
}

function keyIn(namespace: string | undefined, name: string): Key {
  return namespace ? { namespace, name } : { name };
}

function selects(selector: LabelSelector | undefined, object: KubeObject): boolean {
  return selector !== undefined && matchesLabels(requirementsOf(selector), object.metadata.labels);
}
