import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

/** Commands on an audit. */
export const auditEntries: Entry[] = [
  {
    path: ['audit', 'list'],
    summary: 'who did what at every door, newest first',
    options: [
      new Option('--actor <name>', 'who did it'),
      new Option('--door <door>', 'where: api, git, registry, sign-in'),
      new Option('--verb <verb>', 'what was done'),
      new Option('--resource <resource>', 'to what kind of thing'),
      new Option('--object <object>', 'to which'),
      new Option('--outcome <outcome>', 'how it ended').choices(['allowed', 'denied', 'failed']),
      new Option('--limit <number>', 'how many at most').default(50).argParser(positive),
      new Option('--all', 'all there are'),
    ],
    examples: [
      'slipway audit list --door git --actor ann',
      'slipway audit list --outcome denied',
      'slipway audit list --all -o json > audit.json',
    ],
    load: () => import('./list.ts'),
  },
  {
    path: ['audit', 'verify'],
    summary: 'check the whole chain on this side, from a running platform or a file',
    options: [
      new Option('--file <file>', 'what "audit list --all -o json" wrote; no platform is needed'),
      new Option('--head <hash>', 'a head noted earlier, which must be in the chain'),
    ],
    examples: ['slipway audit verify', 'slipway audit verify --file audit.json --head 3f2a…'],
    load: () => import('./verify.ts'),
  },
];
