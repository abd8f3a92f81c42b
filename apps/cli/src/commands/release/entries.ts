import { Option } from 'commander';
import { collect, type Entry, positive, tokenFile } from '../../entry.ts';

const namespace = new Option('-n, --namespace <namespace>', 'where the release is').default('default');
const timeout = new Option('--timeout <seconds>', 'how long each thing that is waited for may take')
  .default(300)
  .argParser(positive);
const revision = new Option('--revision <number>', 'of this revision; default: the newest').argParser(
  positive,
);
const noHooks = new Option('--no-hooks', 'hooks are not run');
const dryRun = new Option('--dry-run', 'change nothing, show what would be');
const many = (flags: string, title: string) => new Option(flags, title).default([]).argParser(collect);

const chartOptions = [
  new Option('--repo <url>', 'chart repository that the chart is in'),
  new Option('--version <range>', 'version of the chart, or a range of versions; default: the newest'),
  many('-f, --values <file>', 'values in a YAML file; again for more'),
  many('--set <key=value>', 'one value, or more after commas'),
  many('--set-string <key=text>', 'as --set, always texts'),
  many('--set-json <key=json>', 'as --set, values in JSON'),
  many('--set-file <key=path>', 'as --set, values in files'),
  many('--set-literal <key=text>', 'as --set-string, nothing in it means anything'),
  new Option('--skip-schema-validation', 'values are not held against the chart’s schema'),
  new Option('--username <name>', 'for the chart repository'),
  new Option('--password-file <file>', 'file with the password or token for the chart repository'),
  new Option('--pass-credentials', 'other hosts that the repository names get them, too'),
  new Option('--ca-file <file>', 'authority of the chart repository'),
  new Option('--cert-file <file>', 'client certificate for the chart repository'),
  new Option('--key-file <file>', 'its key'),
  new Option('--insecure-skip-tls-verify', 'do not check the certificate of the chart repository'),
  new Option('--plain-http', 'a registry without TLS'),
];

const changeOptions = [
  namespace,
  new Option('--wait', 'until everything is ready, not only hooks'),
  new Option('--wait-for-jobs', 'with --wait: until Jobs have completed, too'),
  timeout,
  noHooks,
  new Option('--force-conflicts', 'take fields that others manage'),
  new Option('--description <text>', 'what the history says of it'),
  dryRun,
  tokenFile,
];

const applyOptions = [
  ...changeOptions,
  ...chartOptions,
  new Option('--create-namespace', 'make the namespace when it is missing'),
  new Option('--skip-crds', 'what is in the chart’s crds folder is not installed'),
  new Option('--take-ownership', 'take over objects that belong to no release'),
  new Option('--rollback-on-failure', 'undo what failed'),
];

const historyMax = new Option('--history-max <number>', 'revisions that are kept; 0: all')
  .default(10)
  .argParser(Number);
const cleanup = new Option('--cleanup-on-fail', 'remove what a failed one created');

/** Commands on Helm releases; the real helm sees the same ones. */
export const releaseEntries: Entry[] = [
  {
    path: ['release', 'install'],
    summary: 'install a chart: a folder, a .tgz, oci://…, or a chart of --repo',
    arguments: '<name> <chart>',
    options: applyOptions,
    examples: [
      'slipway release install shop ./chart -n shop --create-namespace --wait',
      'slipway release install shop web --repo https://charts.example/stable --version ^1.2 --set replicas=2',
    ],
    load: () => import('./install.ts'),
  },
  {
    path: ['release', 'upgrade'],
    summary: 'bring a release to a chart and values',
    arguments: '<name> <chart>',
    options: [
      ...applyOptions,
      new Option('-i, --install', 'install it when there is no such release'),
      new Option('--reuse-values', 'values of the last revision stay, new ones on top'),
      new Option('--reset-values', 'values of the last revision do not count'),
      new Option('--reset-then-reuse-values', 'as --reuse-values, on top of the new chart’s own'),
      cleanup,
      historyMax,
    ],
    examples: [
      'slipway release upgrade shop ./chart -n shop --set image.tag=1.3 --rollback-on-failure',
      'slipway release upgrade shop oci://registry.slipway.localhost:8443/acme/web --install',
    ],
    load: () => import('./upgrade.ts'),
  },
  {
    path: ['release', 'rollback'],
    summary: 'go back to an earlier revision; default: the one before',
    arguments: '<name> [revision]',
    options: [...changeOptions, cleanup, historyMax],
    examples: ['slipway release rollback shop -n shop', 'slipway release rollback shop 3 -n shop --wait'],
    load: () => import('./rollback.ts'),
  },
  {
    path: ['release', 'uninstall'],
    summary: 'remove a release and what it installed',
    arguments: '<name>',
    options: [
      namespace,
      new Option('--keep-history', 'its records stay'),
      new Option('--wait', 'until everything is gone'),
      timeout,
      noHooks,
      new Option('--cascade <how>', 'what becomes of what its objects own')
        .choices(['background', 'foreground', 'orphan'])
        .default('background'),
      new Option('--description <text>', 'what the history says of it'),
      dryRun,
      tokenFile,
    ],
    examples: [
      'slipway release uninstall shop -n shop',
      'slipway release uninstall shop -n shop --keep-history',
    ],
    load: () => import('./uninstall.ts'),
  },
  {
    path: ['release', 'list'],
    summary: 'releases of a namespace, or of all',
    options: [
      namespace,
      new Option('-A, --all-namespaces', 'of all namespaces'),
      new Option('-a, --all', 'also those that were uninstalled'),
      tokenFile,
    ],
    examples: ['slipway release list -n shop', 'slipway release list -A -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['release', 'history'],
    summary: 'revisions of a release',
    arguments: '<name>',
    options: [namespace, tokenFile],
    examples: ['slipway release history shop -n shop'],
    load: () => import('./history.ts'),
  },
  {
    path: ['release', 'status'],
    summary: 'how a release is, and its notes; exit code 3 when it is not deployed',
    arguments: '<name>',
    options: [namespace, revision, tokenFile],
    examples: ['slipway release status shop -n shop'],
    load: () => import('./status.ts'),
  },
  {
    path: ['release', 'show'],
    summary: 'what a release holds: its values, manifest, hooks or notes',
    arguments: '<name>',
    options: [
      namespace,
      revision,
      new Option('--part <part>', 'which part')
        .choices(['values', 'manifest', 'hooks', 'notes'])
        .default('manifest'),
      tokenFile,
    ],
    examples: ['slipway release show shop -n shop --part values', 'slipway release show shop --revision 2'],
    load: () => import('./show.ts'),
  },
  {
    path: ['release', 'test'],
    summary: 'run a release’s tests',
    arguments: '<name>',
    options: [
      namespace,
      timeout,
      new Option('--logs', 'what the tests printed, too'),
      many('--only <name>', 'only this test; again for more'),
      many('--except <name>', 'all but this test; again for more'),
      tokenFile,
    ],
    examples: ['slipway release test shop -n shop --logs'],
    load: () => import('./test.ts'),
  },
];
