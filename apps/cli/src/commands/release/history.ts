import { columns, EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf, revisionOf } from '../../release.ts';

/** Revisions of a release, the oldest first, as `helm history` shows them. */
export async function run(options: ReleaseOptions, [name = '']: string[]): Promise<number> {
  const { store } = await releases(options);
  await revisionOf(store, name);
  const shown = (await store.history(name)).map(reportOf);
  const rows = shown.map(each => [
    String(each.revision),
    each.updated,
    each.status,
    each.chart,
    each.appVersion,
    each.description,
  ]);
  print(options.output, shown, () =>
    columns([['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'], ...rows]),
  );
  return EXIT.done;
}
