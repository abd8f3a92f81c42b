import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

export const destroyEntries: Entry[] = [
  {
    path: ['destroy'],
    summary: 'take a platform from its cluster, with everything it made there',
    options: [
      new Option('-f, --file <file>', 'the platform definition').default('platform.yaml'),
      new Option('--yes <name>', 'the name of the platform, instead of typing it'),
      new Option('--dry-run', 'only say what would go'),
      new Option('--abandon', 'take finalizers off what still hangs when the time is up'),
      new Option('--timeout <seconds>', 'how long each part may take to go').default(120).argParser(positive),
    ],
    examples: ['slipway destroy --dry-run', 'slipway destroy -f platform.yaml', 'slipway destroy --yes acme'],
    load: () => import('./destroy.ts'),
  },
];
