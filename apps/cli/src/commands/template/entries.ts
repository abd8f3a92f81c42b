import { Option } from 'commander';
import { collect, type Entry, positive } from '../../entry.ts';

/** Commands on a template. */
export const templateEntries: Entry[] = [
  {
    path: ['template', 'run'],
    summary: 'run a template of the platform, and say what it made',
    arguments: '<name>',
    options: [
      new Option('--values <file>', 'values of its form, as YAML or JSON; -: standard input'),
      new Option('--set <key=value>', 'one value; may be given often').argParser(collect).default([]),
      new Option('--secrets <file>', 'values of its secrets'),
      new Option('--team <team>', 'whose run it is').default('default'),
      new Option('--keep', 'keep what was made when a step fails, to retry from that step'),
      new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(positive),
    ],
    examples: [
      'slipway template run node-service --set name=shop',
      'slipway template run team-payments/database --values values.yaml --team payments',
    ],
    load: () => import('./run.ts'),
  },
  {
    path: ['template', 'test'],
    summary: 'run a template without a platform: its steps, files and objects, or what is wrong and where',
    arguments: '[path]',
    options: [
      new Option('--values <file>', 'values of its form, as YAML or JSON; -: standard input'),
      new Option('--set <key=value>', 'one value; may be given often').argParser(collect).default([]),
      new Option('--secrets <file>', 'values of its secrets'),
      new Option('--expect <folder>', 'fail unless it makes exactly these files'),
      new Option('--write <folder>', 'put the files it makes there, to look at or to expect later'),
      new Option('--git-host <host>', 'another name that stands for the platform’s Git server (its gitHosts)')
        .argParser(collect)
        .default([]),
      new Option('--team <team>', 'whose run it would be').default('default'),
    ],
    examples: [
      'slipway template test --set name=shop',
      'slipway template test ./templates/node --values values.yaml --expect golden',
      'slipway template test template.yaml --set name=shop --git-host github.com -o json',
    ],
    load: () => import('./test.ts'),
  },
];
