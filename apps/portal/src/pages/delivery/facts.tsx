import { Code } from '@mantine/core';
import {
  type DeliveredApplication,
  type DeliveredSource,
  isAutomated,
  sourcesOf,
} from '../../api/application.ts';

/** Where an application comes from and goes to. */
export function Facts({ application }: { application: DeliveredApplication }) {
  const { destination, project = 'default' } = application.spec;
  const { revision, revisions = [revision] } = application.status?.sync ?? {};
  const urls = application.status?.summary?.externalURLs ?? [];
  return (
    <>
      {sourcesOf(application).map((source, at) => (
        <div key={`${source.repoURL} ${source.path} ${source.chart} ${source.ref}`} className="facts">
          <span>
            from <Code>{sourceText(source)}</Code>
          </span>
          {revisions[at] ? (
            <span>
              at <Code>{revisions[at].slice(0, 7)}</Code>
            </span>
          ) : null}
        </div>
      ))}
      <div className="facts">
        <span>
          to <Code>{destination?.namespace ?? 'the namespaces that its objects name'}</Code>
          {clusterText(destination)}
        </span>
        <span>
          in project <Code>{project}</Code>
        </span>
        <span>
          {isAutomated(application) ? 'follows its source by itself' : 'waits for somebody to sync it'}
        </span>
      </div>
      <div className="facts">
        {urls.map(url => (
          <a key={url} href={url} rel="noopener noreferrer">
            {url}
          </a>
        ))}
      </div>
    </>
  );
}

/** Owner and name of a repository, without where it is, and what of it. */
function sourceText({ repoURL = '', path, chart, ref }: DeliveredSource): string {
  const repository = repoURL.replace(/^[a-z+]+:\/\/[^/]+\//, '').replace(/\.git$/, '');
  const part = chart ?? path ?? (ref ? `$${ref}` : '');
  return part ? `${repository}/${part}` : repository;
}

function clusterText({ name, server }: { name?: string; server?: string } = {}): string {
  const isOwn = name === 'in-cluster' || server === 'https://kubernetes.default.svc';
  return isOwn ? '' : ` on ${name ?? server}`;
}
