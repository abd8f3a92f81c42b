import { Application, ApplicationSet } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { reportOf } from '../../package/await-applications.ts';
import { PRIORITY, SOURCE } from '../../package/install-package.ts';

/** What packages brought, from where, and how it is. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const [applications, sets] = await Promise.all([client.list(Application), client.list(ApplicationSet)]);
  const found = [...applications.items, ...sets.items].flatMap(object => {
    const { [PRIORITY]: priority, [SOURCE]: source = '' } = object.metadata.annotations ?? {};
    if (priority === undefined) return [];
    const { namespace, name, sync, health, cause } = reportOf(object);
    return [{ kind: object.kind, namespace, name, priority: Number(priority), source, sync, health, cause }];
  });
  print(options.output, found, () =>
    columns([
      ['KIND', 'NAME', 'SYNC', 'HEALTH', 'PRIORITY', 'FROM'],
      ...found.map(({ kind, name, sync, health, priority, source }) => [
        kind,
        name,
        kind === 'ApplicationSet' ? '' : sync,
        health,
        String(priority),
        source,
      ]),
    ]),
  );
  return EXIT.done;
}
