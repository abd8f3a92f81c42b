import { GrpcError } from '@slipway/gateway';
import { Repository } from '@slipway/kinds';
import { openObjects, parseCommit } from '@slipway/sources';
import { readSources } from '../application/source/read-source.ts';
import { applicationOf, projectOf } from './application-access.ts';
import { type Exchange, send } from './exchange.ts';

/** Who made a commit of an Application's source, when, and what they said (`sourceIndex` for one of several). */
export async function revisionMetadata(
  exchange: Exchange,
  [name = '', revision = '']: string[],
): Promise<void> {
  const { desk } = exchange.state;
  const application = await applicationOf(exchange, name);
  const sources = readSources(application.spec ?? {});
  const source = sources[Number(exchange.query.get('sourceIndex') ?? 0)];
  if (!source) throw new GrpcError('InvalidArgument', `application ${name} has ${sources.length} sources`);
  if (source.chart)
    throw new GrpcError('InvalidArgument', `source ${source.repoURL} is a chart: ask for its chartdetails`);
  if (!/^[0-9a-f]{40,64}$/.test(revision))
    throw new GrpcError('InvalidArgument', `revision ${revision} is no commit id`);
  const { items: known } = await desk.ports.client.list(Repository);
  const request = {
    repoURL: source.repoURL,
    targetRevision: revision,
    project: projectOf(application),
    known,
    fresh: false,
    signal: desk.signal,
  };
  const { tree } = await desk.git.open(request, revision);
  const objects = openObjects(tree.repository);
  try {
    const found = await objects.read(revision);
    if (found?.type !== 'commit')
      throw new GrpcError('NotFound', `commit ${revision} is not in ${source.repoURL}`);
    const { author, committer, message } = parseCommit(revision, found.data);
    send(exchange, {
      author: `${author.name} <${author.email}>`,
      date: committer.date,
      message: message.trim(),
    });
  } finally {
    objects.close();
  }
}
