import { listRevisions } from '@slipway/definition';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, print } from '../output.ts';

/** Every definition that was applied, newest first. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const revisions = (await listRevisions(client)).toReversed();
  print(options.output, revisions, () =>
    columns([
      ['REVISION', 'TIME', 'ACTOR', 'CAUSE', 'BLUEPRINT'],
      ...revisions.map(({ revision, time, actor, cause, document }) => [
        String(revision),
        time,
        actor,
        cause,
        document.spec?.blueprint ?? '-',
      ]),
    ]),
  );
  return EXIT.done;
}
