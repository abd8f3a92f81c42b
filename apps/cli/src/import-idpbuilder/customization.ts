import { readFile } from 'node:fs/promises';
import type { AnyObject } from '@slipway/api';
import type { PackageRequest } from '@slipway/definition';
import { parseYaml, stringifyYaml } from '@slipway/render';
import { type Finding, taken, without } from './setup.ts';
import type { ImportFile } from './write-import.ts';

/** ConfigMaps of Argo CD that the platform's own engine follows. */
const SETTINGS = ['argocd-cm', 'argocd-cmd-params-cm'];
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';
const NAME = 'argocd-settings';

/** What a file that changes idpbuilder's core comes to: settings of Argo CD are taken over, all else is named. */
export async function customizationFiles(
  core: string,
  file: string,
): Promise<{ files: ImportFile[]; findings: Finding[]; request?: PackageRequest }> {
  const objects = parseYaml(await readFile(file, 'utf8'), file).map(({ value }) => value as AnyObject);
  const kept = objects.filter(object => core === 'argocd' && isSetting(object));
  const findings = objects.map(object => {
    const what = `-c ${core}:${file}: ${object.kind} ${object.metadata?.name}`;
    if (kept.includes(object)) return taken(what, `spec.packages: ${NAME}`);
    return without(what, `${core} is the platform’s own and has no such object${whereOf(core, object)}`);
  });
  if (kept.length === 0) return { files: [], findings };
  const definition = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'PackageDefinition',
    metadata: { name: NAME },
    spec: { version: '1.0.0', namespace: 'argocd', source: { manifests: 'manifests' } },
  };
  const folder = `packages/${NAME}`;
  const text = kept.map(object => stringifyYaml(object)).join('---\n');
  return {
    files: [
      { path: `${folder}/package.yaml`, data: Buffer.from(stringifyYaml(definition)) },
      { path: `${folder}/manifests/settings.yaml`, data: Buffer.from(text) },
    ],
    findings,
    request: { name: NAME, from: { path: `./${folder}` } },
  };
}

function isSetting({ kind, metadata }: AnyObject): boolean {
  if (kind === 'ConfigMap') return SETTINGS.includes(metadata?.name ?? '');
  return kind === 'Secret' && metadata?.labels?.[SECRET_TYPE] !== undefined;
}

function whereOf(core: string, { kind, metadata }: AnyObject): string {
  if (metadata?.name === 'argocd-rbac-cm')
    return '; access is Kubernetes RBAC: spec.teams says who may do what';
  if (core === 'gitea' && kind === 'Secret') return '; slipway user create makes people';
  return core === 'nginx' ? '; Ingress objects are served, with a certificate each' : '';
}
