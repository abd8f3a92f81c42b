import { Repository } from '@slipway/kinds';
import { type Controller, controller, done } from '@slipway/runtime';
import { forgetGit } from '@slipway/sources';

/** An engine's copies of our own repositories go when these do: nothing of a retired service's source stays. */
export function sourceCacheController(name: string, cacheFolder: string): Controller {
  return controller<Repository>({
    name,
    kind: Repository,
    reconcile: async () => done,
    removed: async ({ namespace = '', name: repository }) => {
      const team = namespace.replace(/^team-/, '');
      await forgetGit({ cacheFolder, url: `https://git.slipway.internal/${team}/${repository}.git` });
    },
  });
}
