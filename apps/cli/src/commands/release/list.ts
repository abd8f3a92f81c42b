import type { Release } from '@slipway/sources';
import { columns, EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf } from '../../release.ts';

interface Options extends ReleaseOptions {
  allNamespaces?: boolean;
  all?: boolean;
}

/** Releases, the newest revision of each, as `helm list` shows them. */
export async function run(options: Options): Promise<number> {
  const { store } = await releases({ ...options, namespace: options.allNamespaces ? '' : options.namespace });
  const newest = new Map<string, Release>();
  for (const release of await store.all()) {
    const key = `${release.namespace}/${release.name}`;
    if ((newest.get(key)?.version ?? 0) < release.version) newest.set(key, release);
  }
  const shown = [...newest.values()]
    .filter(({ info }) => options.all || !['uninstalled', 'superseded'].includes(info.status))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(reportOf);
  const rows = shown.map(each => [
    each.name,
    each.namespace,
    String(each.revision),
    each.updated,
    each.status,
    each.chart,
    each.appVersion,
  ]);
  print(options.output, shown, () =>
    rows.length === 0
      ? 'no releases here; install one: slipway release install NAME CHART'
      : columns([['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'], ...rows]),
  );
  return EXIT.done;
}
