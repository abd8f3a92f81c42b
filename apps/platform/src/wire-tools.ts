import { silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type ClusterPlan, lockReleases, settle, type Wired, wiringControllers } from '@slipway/cluster';
import type { HttpPort, Selection } from '@slipway/definition';
import { createRuntime } from '@slipway/runtime';

/** The controllers that wire tools to each other, for as long as an apply goes on; the platform on the cluster has them, too. */
export function wireTools(client: Client, selection: Selection, { lock }: ClusterPlan, http: HttpPort) {
  const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  return {
    /** When the platform's own kinds are served. */
    start: async () => {
      const settled = settle(selection, lockReleases(selection, lock).releases);
      runtime.add(wiringControllers(settled.map(each => wiredOf(each, http))));
      await runtime.start();
    },
    stop: () => runtime.stop(),
  };
}

function wiredOf({ component, settings }: ReturnType<typeof settle>[number], http: HttpPort): Wired {
  const { technology, existing } = component;
  const { platform, parameters, namespace, url } = settings;
  const credentials = existing?.credentials;
  const elsewhere = existing && {
    existing: {
      address: existing.url,
      ...(credentials ? { credentials: { namespace, name: credentials } } : {}),
    },
  };
  const own = { platform, parameters, namespace, isInside: false, url, http };
  return { technology, settings: { ...own, ...elsewhere } };
}
