import { Option } from 'commander';
import { collect, type Entry, positive, team } from '../../entry.ts';
import { CommandError, EXIT } from '../../output.ts';

/** @throws CommandError for anything but a whole number */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value)) return value;
  throw new CommandError(`${JSON.stringify(text)}: a whole number is allowed`, { exitCode: EXIT.usage });
}

const definitionFile = new Option(
  '-f, --file <file>',
  'change this definition and the slipway.lock beside it instead of the running platform',
);
const plainHttp = new Option('--plain-http', 'reach registries without TLS');
const dryRun = new Option('--dry-run', 'only say what would change');
const adopt = new Option('--adopt', 'take over objects that are there already and no package’s');
const deleteData = new Option(
  '--delete-data',
  'CRDs go though there are objects of them that no package brought',
);

/** Commands on packages: ours, charts, and folders of Applications in idpbuilder's form. */
export const packageEntries: Entry[] = [
  {
    path: ['package', 'init'],
    summary: 'write a package.yaml for a folder, or a first package with a template and its test',
    arguments: '[folder]',
    options: [
      new Option('--name <name>', 'its name; default: the folder’s'),
      new Option('--form <form>', 'what it is made of; default: what the folder holds').choices([
        'templates',
        'manifests',
        'chart',
        'kustomization',
      ]),
    ],
    examples: ['slipway package init ./greeter', 'slipway package init ./my-chart'],
    load: () => import('./init.ts'),
  },
  {
    path: ['package', 'validate'],
    summary: 'check a package and render it, without a platform',
    arguments: '[folder]',
    examples: ['slipway package validate ./greeter'],
    load: () => import('./validate.ts'),
  },
  {
    path: ['package', 'test'],
    summary: 'render a package with the parameters of each of its tests and compare, without a platform',
    arguments: '[folder]',
    options: [new Option('--write', 'write what it comes to into the files that tests expect')],
    examples: ['slipway package test ./greeter', 'slipway package test ./greeter --write'],
    load: () => import('./test.ts'),
  },
  {
    path: ['package', 'add'],
    summary:
      'add packages: folders, git+https://…, oci://…, chart+https://…; also folders of Argo CD Applications with cnoe:// sources',
    arguments: '<source...>',
    options: [
      definitionFile,
      new Option('--name <name>', 'its name in the platform; default: its own'),
      new Option('--values <file>', 'parameters as YAML; - is standard input'),
      new Option('--set <key=value>', 'one parameter; over --values').argParser(collect).default([]),
      new Option('--namespace <namespace>', 'where its objects go that name none; default: the package says'),
      new Option('--environment <environment>', 'add it for one environment'),
      adopt,
      dryRun,
      plainHttp,
      new Option(
        '--priority <number>',
        'of equal Applications the highest counts; each further package has one more',
      )
        .default(0)
        .argParser(wholeNumber),
      new Option('--wait', 'return when all are synced and healthy; exit code 3 when they are not in time'),
      new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(positive),
      team,
    ],
    examples: [
      'slipway package add ./greeter --set greeting=welcome',
      'slipway package add oci://registry.slipway.localhost:8443/default/greeter:1.0.0 -f platform.yaml',
      'slipway package add "git+https://git.example.com/tools.git//spark?ref=v1.4.0" --dry-run',
      'slipway package add ./ref-implementation ./overrides --wait',
    ],
    load: () => import('./add.ts'),
  },
  {
    path: ['package', 'upgrade'],
    summary: 'bring packages as they are now at their sources, and show what changes',
    arguments: '[name...]',
    options: [
      definitionFile,
      new Option('--to <source>', 'from here from now on: another version'),
      adopt,
      deleteData,
      dryRun,
      plainHttp,
    ],
    examples: [
      'slipway package upgrade greeter --dry-run',
      'slipway package upgrade greeter --to oci://registry.slipway.localhost:8443/default/greeter:1.1.0',
      'slipway package upgrade -f platform.yaml',
    ],
    load: () => import('./upgrade.ts'),
  },
  {
    path: ['package', 'list'],
    summary: 'what packages are there, from where, and how they are',
    examples: ['slipway package list', 'slipway package list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['package', 'remove'],
    summary: 'take away exactly what packages brought; repositories of Applications stay',
    arguments: '<name-or-folder...>',
    options: [definitionFile, deleteData],
    examples: ['slipway package remove greeter', 'slipway package remove ./ref-implementation'],
    load: () => import('./remove.ts'),
  },
  {
    path: ['package', 'push'],
    summary: 'push a package to a registry; its version is the tag, and stays what it is',
    arguments: '<folder> <registry>',
    options: [plainHttp],
    examples: ['slipway package push ./greeter oci://registry.slipway.localhost:8443/default'],
    load: () => import('./push.ts'),
  },
];
