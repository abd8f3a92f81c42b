import type { AnyObject, Key, Stored } from '@slipway/api';
import { Application, AppProject, Repository } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { sameGitUrl } from '../settings/git-url.ts';
import type { Desk } from './desk.ts';
import { finalize } from './finalize.ts';
import { lookAt } from './look.ts';
import { rawSources } from './source/read-source.ts';
import { applicationNamed } from './tracking.ts';

/** Somebody else looks after the Application, or nobody for a while. */
const SKIP = 'argocd.argoproj.io/skip-reconcile';

/** Compares Applications with their sources and syncs them. */
export function applicationController(desk: Desk): Controller {
  return controller<AnyObject>({
    name: 'application',
    kind: Application,
    concurrency: 8,
    watches: [
      watching<Repository>({
        kind: Repository,
        keysOf: (repository, { cache }) => applicationsOf(repository, cache(Application).list()),
      }),
      watching<AnyObject>({
        kind: AppProject,
        keysOf: (project, { cache }) =>
          cache(Application)
            .list()
            .filter(each => (each.spec?.project || 'default') === project.metadata.name)
            .map(keyOfObject),
      }),
    ],
    reconcile: (application, context) => reconcile(desk, application, context),
    listen: (wake, { cache }) => {
      desk.wake = instance => wake(applicationNamed(instance));
      return desk.settings.onChange(() => {
        for (const application of cache(Application).list()) wake(keyOfObject(application));
      });
    },
  });
}

async function reconcile(desk: Desk, application: Stored<AnyObject>, context: Context): Promise<Outcome> {
  const { namespace = '', annotations = {} } = application.metadata;
  if (!desk.settings.isApplicationNamespace(namespace) || annotations[SKIP] === 'true') return done;
  if (application.metadata.deletionTimestamp) {
    desk.last.delete(application.metadata.uid);
    return finalize(desk, application, context);
  }
  return lookAt(desk, application, context);
}

function applicationsOf({ status }: Repository, applications: Stored<AnyObject>[]): Key[] {
  const url = status?.url;
  if (!url) return [];
  const uses = ({ spec = {} }: AnyObject) =>
    rawSources(spec).some(({ repoURL }) => typeof repoURL === 'string' && sameGitUrl(repoURL, url));
  return applications.filter(uses).map(keyOfObject);
}

function keyOfObject({ metadata }: Stored<AnyObject>): Key {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}
