import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

const filters = [
  new Option('--actor <name>', 'who did it'),
  new Option('--door <door>', 'where: api, git, registry, sign-in'),
  new Option('--verb <verb>', 'what was done'),
  new Option('--resource <resource>', 'to what kind of thing'),
  new Option('--object <text>', 'to which: any whose name has this text in it'),
  new Option('--outcome <outcome>', 'how it ended').choices(['allowed', 'denied', 'failed']),
  new Option('--generation <number>', 'which generation of the object').argParser(positive),
  new Option('--since <time>', 'from then on: 2026-01-31 or 2026-01-31T12:00:00Z'),
  new Option('--until <time>', 'before then'),
  new Option('--people', "without what the platform's own accounts did"),
  new Option('--limit <number>', 'how many at most').default(50).argParser(positive),
  new Option('--before <number>', 'older than this record: the next page').argParser(positive),
  new Option('--all', 'all there are'),
];

/** Commands on an audit. */
export const auditEntries: Entry[] = [
  {
    path: ['audit', 'search'],
    summary: 'who did what at every door, newest first; * in a text stands for any text',
    options: filters,
    examples: [
      'slipway audit search --people --since 2026-01-31',
      "slipway audit search --door git --object shop --verb 'push*'",
      'slipway audit search --outcome denied -o json',
    ],
    load: () => import('./list.ts'),
  },
  {
    path: ['audit', 'list'],
    summary: 'the same as search',
    options: filters,
    examples: [
      'slipway audit list --door git --actor ann',
      'slipway audit list --outcome denied',
      'slipway audit list --all -o json > audit.json',
    ],
    load: () => import('./list.ts'),
  },
  {
    path: ['audit', 'export'],
    summary: 'the audit as JSON lines, oldest first, with the chain; says its head to note elsewhere',
    options: [new Option('--since <time>', 'from then on: 2026-01-31 or 2026-01-31T12:00:00Z')],
    examples: [
      'slipway audit export > audit.jsonl',
      'slipway audit export --since 2026-01-31 > january.jsonl',
    ],
    load: () => import('./export.ts'),
  },
  {
    path: ['audit', 'verify'],
    summary: 'check the whole chain on this side, from a running platform or from a file without any',
    arguments: '[file]',
    options: [
      new Option('--head <head>', 'a head noted earlier (sequence:hash or hash), which must be in the chain'),
      new Option('--partial', 'the file begins somewhere in the chain, as an export with --since does'),
    ],
    examples: [
      'slipway audit verify',
      'slipway audit verify audit.jsonl --head 1042:3f2a…',
      'slipway audit verify january.jsonl --partial',
    ],
    load: () => import('./verify.ts'),
  },
];
