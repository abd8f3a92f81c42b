import type { Until } from '@slipway/cluster';
import { listRevisions, type Revision } from '@slipway/definition';
import { reportApplied } from '../applied-text.ts';
import { applyDefinition } from '../apply-definition.ts';
import { applyToCluster, reportCluster } from '../cluster/apply-definition.ts';
import { clusterSelection, withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import { selectDocument } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, say } from '../output.ts';
import { packagesOtherwise } from '../package/definition-packages.ts';

interface Options extends GlobalOptions {
  timeout: number;
  file?: string;
  until: Until;
}

/** Applies an older definition again, as a new revision: history only grows. */
export async function run({ timeout, file, until, ...options }: Options, [asked]: string[]): Promise<number> {
  const onCluster = await clusterSelection(file);
  if (onCluster) {
    const older = await withCluster(onCluster.selection, onCluster.file, async ({ client }) =>
      olderOf(await listRevisions(client), asked),
    );
    const cause = `rollback to ${older.revision}`;
    const how = { until, timeoutMs: timeout * 1000, cause };
    return withCluster(selectDocument(older.document, cause), onCluster.file, async cluster =>
      reportCluster(options.output, await applyToCluster(cluster, await cluster.plan(older.lock), how)),
    );
  }
  const connection = await connect(options);
  const { revision, document } = olderOf(await listRevisions(connection.client), asked);
  const selection = selectDocument(document, `revision ${revision}`);
  const how = { cause: `rollback to ${revision}`, timeoutMs: timeout * 1000 };
  const applied = await applyDefinition(connection, selection, how);
  const others = await packagesOtherwise(connection.client, selection);
  if (others.length > 0)
    say(
      `packages stay as they are (${others.join(', ')}): slipway apply -f brings those of that revision's file`,
    );
  return reportApplied(options.output, applied);
}

/** The revision that was asked for, else the one before the newest. */
function olderOf(revisions: Revision[], asked: string | undefined): Revision {
  const found =
    asked === undefined ? revisions.at(-2) : revisions.find(each => String(each.revision) === asked);
  if (found) return found;
  if (asked === undefined)
    throw new CommandError('there is no definition before this one', { next: 'slipway history' });
  const known = revisions.map(each => each.revision).join(', ');
  throw new CommandError(`revision ${JSON.stringify(asked)}: not known; there are ${known}`, {
    exitCode: EXIT.usage,
    next: 'slipway history',
  });
}
