import type { KubeObject } from '@slipway/api';
import type { StoreReader } from '../store/store.ts';

/** One stored object, parsed; undefined when it is not there. `resource` is `group/plural` (`/pods`). */
export function readObject<T extends KubeObject>(
  store: StoreReader,
  resource: string,
  namespace: string | undefined,
  name: string,
): T | undefined {
  const entry = store.get(resource, namespace ? `${namespace}/${name}` : name);
  return entry ? (JSON.parse(entry.text) as T) : undefined;
}
