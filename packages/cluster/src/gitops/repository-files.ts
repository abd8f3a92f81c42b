import { createHash } from 'node:crypto';
import type { AnyObject } from '@slipway/api';
import { identityOf } from '@slipway/definition';
import { stringifyYaml } from '@slipway/render';

/** What makes a component's folder one that `kubectl apply -k` takes, and every delivery tool. */
export const INDEX_FILE = 'kustomization.yaml';

/** A Secret that holds anything never lies in Git; one that somebody else fills (a ServiceAccount's token) may. */
export function liesInGit({ apiVersion, kind, data, stringData }: AnyObject): boolean {
  const isEmpty = [data, stringData].every(
    values => Object.keys((values as object | null) ?? {}).length === 0,
  );
  return !(apiVersion === 'v1' && kind === 'Secret') || isEmpty;
}

/**
 * One file for each object, by its path below the step's folder: `deployment-argocd-argocd-server.yaml`. The same objects
 * give the same files.
 */
export function repositoryFiles(objects: AnyObject[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const object of objects) {
    const name = nameOf(object);
    // Two objects may differ only in what a file's name cannot hold, or in their group.
    const path = files.has(`${name}.yaml`) ? `${name}-${digestOf(object)}.yaml` : `${name}.yaml`;
    files.set(path, stringifyYaml(object));
  }
  return files;
}

/** The index of a component's folder, of the files it holds. */
export function indexFile(paths: string[]): string {
  return stringifyYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: paths.filter(path => path !== INDEX_FILE).toSorted(),
  });
}

function nameOf({ kind, metadata: { namespace, name } }: AnyObject): string {
  const words = [kind, namespace, name].filter(word => word !== undefined && word !== '');
  return words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')
    .slice(0, 200);
}

function digestOf(object: AnyObject): string {
  return createHash('sha256').update(identityOf(object)).digest('hex').slice(0, 8);
}
