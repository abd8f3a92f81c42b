import { Option } from 'commander';
import { collect, type Entry } from '../entry.ts';

const many = (flags: string, title: string) =>
  new Option(flags, `${title}; may be given often`).default([]).argParser(collect);

/** What stands here is named as in `helm template`. */
const chartOptions = [
  new Option('--release <name>', 'name of the release').default('release-name'),
  new Option('-n, --namespace <namespace>', 'namespace of the release').default('default'),
  many('-f, --values <file>', 'values file, - for standard input'),
  many('--set <key=value>', 'a value'),
  many('--set-string <key=value>', 'a value that stays text'),
  many('--set-json <key=json>', 'a value in JSON'),
  many('--set-literal <key=value>', 'a value taken as it stands, to the end'),
  many('--set-file <key=file>', 'a value that is the text of a file'),
  new Option('--kube-version <version>', 'version of Kubernetes that templates see'),
  many('-a, --api-versions <version>', 'an API version that templates see, beside the usual ones'),
  new Option('--include-crds', 'print the chart’s CRDs, too'),
  new Option('--skip-tests', 'leave tests out'),
  new Option('--no-hooks', 'leave hooks out'),
  new Option('--is-upgrade', 'render as for an upgrade'),
  new Option('--skip-schema-validation', 'do not hold values against the chart’s schema'),
  many('-s, --show-only <template>', 'print only what this template gives'),
  new Option('--notes', 'print the notes instead of the manifests'),
];

/** The same of `kustomize build`. */
const kustomizationOptions = [
  new Option('--enable-helm', 'render the charts a kustomization names'),
  new Option(
    '--load-restrictor <name>',
    'LoadRestrictionsNone lets a kustomization read files beside its folder',
  ).default('LoadRestrictionsRootOnly'),
];

/** Rendering on this machine, without a platform. */
export const renderEntries: Entry[] = [
  {
    path: ['render'],
    summary: 'print what a chart or a kustomization renders to, as helm template and kustomize build do',
    arguments: '<path>',
    options: [...chartOptions, ...kustomizationOptions],
    examples: [
      'slipway render ./chart',
      'slipway render web-1.2.0.tgz --release shop -n web -f production.yaml --set replicas=3',
      'slipway render ./overlays/production --load-restrictor LoadRestrictionsNone',
      'slipway render ./chart -s templates/service.yaml --kube-version 1.31',
    ],
    load: () => import('./render.ts'),
  },
];
