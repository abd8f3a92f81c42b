import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

const file = new Option('-f, --file <file>', 'the platform definition, with slipway.lock beside it').default(
  'platform.yaml',
);

/** What alone changes releases that a lock has. */
export const upgradeEntries: Entry[] = [
  {
    path: ['upgrade'],
    summary: 'give components on a cluster newer releases; one that does not come up goes back',
    arguments: '[component...]',
    options: [
      file,
      new Option('--to <version>', 'this version of the one component that is named; default: the newest'),
      new Option('--dry-run', 'only say what would change and what could break'),
      new Option(
        '--accept-loss',
        'go on although objects of the cluster lose fields, versions or their kind',
      ),
      new Option('--backups <folder>', 'where what could be lost is written before').default(
        'slipway-backups',
      ),
      new Option('--until <state>', 'when a component counts as upgraded')
        .choices(['synced', 'healthy', 'probed'])
        .default('probed'),
      new Option('--timeout <seconds>', 'how long every component may take').default(300).argParser(positive),
    ],
    examples: [
      'slipway upgrade --dry-run',
      'slipway upgrade',
      'slipway upgrade argo-cd --to 3.5.1 -f platform.yaml',
    ],
    load: () => import('./upgrade.ts'),
  },
];
