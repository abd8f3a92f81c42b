import { dirname } from 'node:path';
import type { AnyObject } from '@slipway/api';
import { CommandError } from '../output.ts';
import { type Finding, otherwise, type Setup, taken, without } from './setup.ts';

const GROUP = 'idpbuilder.cnoe.io/';
/** What idpbuilder installs itself, and whose work that is here. */
const CORE: Record<string, string> = {
  argocd: 'continuous-delivery: argo-cd',
  gitea: 'code-repositories: gitea',
  nginx: 'ingress: gateway-api, which takes Ingress objects, too',
};

type Fields = Record<string, unknown>;

/**
 * Reads idpbuilder's own objects: Localbuild, CustomPackage, GitRepository.
 * @throws CommandError when there is no Localbuild, or more than one
 */
export function setupOfObjects(objects: AnyObject[]): Setup {
  const own = objects.filter(({ apiVersion }) => apiVersion?.startsWith(GROUP));
  const builds = own.filter(({ kind }) => kind === 'Localbuild');
  const [build] = builds;
  if (!build || builds.length > 1)
    throw new CommandError(
      `found ${builds.length} Localbuilds of idpbuilder.cnoe.io; exactly one is expected`,
      {
        next: 'kubectl get localbuilds,custompackages,gitrepositories --all-namespaces -o yaml prints what is needed',
      },
    );
  const setup = setupOfBuild(build);
  for (const each of own.filter(({ kind }) => kind === 'CustomPackage')) putPackage(setup, each);
  for (const each of own.filter(({ kind }) => kind === 'GitRepository'))
    setup.findings.push(findingOfRepository(each));
  for (const each of objects)
    if (!KINDS.includes(`${each.apiVersion?.split('/')[0]}/${each.kind}`)) setup.findings.push(leftOut(each));
  return setup;
}

const KINDS = ['Localbuild', 'CustomPackage', 'GitRepository'].map(kind => `${GROUP}${kind}`);

function leftOut({ kind, metadata }: AnyObject): Finding {
  const name = [metadata?.namespace, metadata?.name].filter(Boolean).join('/');
  return without(
    `${kind} ${name}`,
    'only idpbuilder’s own objects are read; what packages brought comes with them',
  );
}

function setupOfBuild({ metadata, spec = {} }: AnyObject): Setup {
  const { packageConfigs = {}, buildCustomization = {}, ...rest } = spec as { [key: string]: Fields };
  const { protocol, host, ingressHost, port, usePathRouting, staticPassword, selfSignedCert, ...more } =
    buildCustomization;
  const {
    customPackageDirs = [],
    customPackageFiles = [],
    customPackageUrls = [],
    packageCustomization = {},
    argoPackageConfigs,
    embeddedArgoApplicationsPackageConfigs: embedded,
    ...others
  } = packageConfigs;
  const setup: Setup = {
    ...(metadata.name === undefined ? {} : { name: metadata.name }),
    ...textIn({ host, ingressHost, port, protocol }),
    ...(usePathRouting === true ? { usePathRouting } : {}),
    packages: [
      ...[...(customPackageDirs as string[]), ...(customPackageFiles as string[])].map(place => ({
        place,
        form: 'folder-or-file' as const,
      })),
      ...(customPackageUrls as string[]).map(place => ({ place, form: 'remote' as const })),
    ],
    customizations: Object.entries(
      packageCustomization as Record<string, { name?: string; filePath?: string }>,
    ).map(([key, { name, filePath }]) => ({ name: name || key, file: filePath ?? '' })),
    findings: [],
  };
  if (staticPassword === true)
    setup.findings.push(
      without(
        'buildCustomization.staticPassword',
        'there is no default password: slipway open gives a sign-in link',
      ),
    );
  if (selfSignedCert)
    setup.findings.push(
      otherwise(
        'buildCustomization.selfSignedCert',
        'the platform has a CA of its own, which renews itself: slipway trust',
      ),
    );
  if ((argoPackageConfigs as Fields | undefined)?.enabled === false)
    setup.findings.push(
      without(
        'packageConfigs.argoPackageConfigs.enabled: false',
        'the blueprint has continuous-delivery; a blueprint of one’s own may leave it out',
      ),
    );
  if ((embedded as Fields | undefined)?.enabled === false)
    setup.findings.push(
      without(
        'packageConfigs.embeddedArgoApplicationsPackageConfigs.enabled: false',
        'Gitea and the ingress are the blueprint’s choice',
      ),
    );
  const unknown = [
    ['', rest],
    ['buildCustomization.', more],
    ['packageConfigs.', others],
  ] as const;
  for (const [prefix, fields] of unknown)
    for (const [key, value] of Object.entries(fields))
      setup.findings.push(
        without(`${prefix}${key}: ${JSON.stringify(value)}`, 'a field that is not known here'),
      );
  return setup;
}

function textIn(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  );
}

/** A package that the Localbuild names already is only told; any other is taken by itself. */
function putPackage(setup: Setup, { metadata, spec = {} }: AnyObject): void {
  const { argoCD = {}, remoteRepository = {} } = spec as { argoCD?: Fields; remoteRepository?: Fields };
  const what = `CustomPackage ${metadata.name} (${String(argoCD.type ?? 'Application')} ${String(argoCD.name ?? '')})`;
  const url = String(remoteRepository.url ?? '');
  const file = String(argoCD.applicationFile ?? '');
  if (url !== '') {
    const path = String(remoteRepository.path ?? '');
    const ref = String(remoteRepository.ref ?? '');
    const place = `${url}${path ? `//${path}` : ''}${ref ? `?ref=${ref}` : ''}`;
    const isKnown = setup.packages.some(each => each.form === 'remote' && sameRepository(each.place, url));
    if (!isKnown) setup.packages.push({ place, form: 'remote' });
    if (remoteRepository.cloneSubmodules === true)
      setup.findings.push(
        without(`${what}: cloneSubmodules`, 'submodules are not fetched; put the files into the repository'),
      );
    setup.findings.push(taken(what, `with package ${place}`));
    return;
  }
  const known = setup.packages.find(
    ({ place }) => place === file || place.replace(/\/$/, '') === dirname(file),
  );
  if (!known) setup.packages.push({ place: file, form: 'folder-or-file' });
  setup.findings.push(taken(what, `with package ${known?.place ?? file}`));
}

function sameRepository(place: string, url: string): boolean {
  const bare = (text: string) => text.replace(/\.git$/, '').replace(/^https?:\/\//, '');
  return bare(place.split('?')[0] ?? '').startsWith(bare(url));
}

function findingOfRepository({ metadata, spec = {} }: AnyObject): Finding {
  const { source = {}, provider = {}, customization = {} } = spec as Record<string, Fields | undefined>;
  const what = `GitRepository ${[metadata.namespace, metadata.name].filter(Boolean).join('/')}`;
  const changed = customization.filePath ? `; changed by ${String(customization.filePath)}` : '';
  if (provider.name !== undefined && provider.name !== 'gitea')
    return without(
      what,
      `it is kept at ${String(provider.name)} (${String(provider.gitURL)}); packages’ folders become repositories of the platform’s own Git`,
    );
  if (source.type === 'local') return taken(what, `made again of ${String(source.path)} with its package`);
  if (source.type === 'remote')
    return taken(
      what,
      `made again of ${String((source.remoteRepository as Fields | undefined)?.url)} with its package`,
    );
  const core = String(source.embeddedAppName ?? '');
  const place = CORE[core];
  return place === undefined
    ? without(what, `its source is of type ${JSON.stringify(source.type)}, which is not known here`)
    : otherwise(what, `${core} is the platform’s own (${place})${changed}`);
}
