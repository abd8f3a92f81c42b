import { Option } from 'commander';
import { collect, type Entry, portNumber, positive, team, tokenFile, wait } from '../../entry.ts';

const promotion = [
  new Option('--reason <text>', 'why; everybody who sees the promotion reads it'),
  new Option('--wait', 'return when it is live, or came to nothing; default: when it waits for people'),
  new Option('--timeout <seconds>', 'how long to wait').default(900).argParser(positive),
  team,
  tokenFile,
];

/** Commands on a service. */
export const serviceEntries: Entry[] = [
  {
    path: ['service', 'create'],
    summary: 'make a service from a golden-path template',
    options: [
      new Option('--template <name>', 'the template').default('node-service'),
      new Option('--name <name>', 'name of the service (a DNS label)').makeOptionMandatory(),
      new Option('--set <key=value>', 'a value of the template; may be given often')
        .argParser(collect)
        .default([]),
      team,
      ...wait,
    ],
    examples: ['slipway service create --template node-service --name shop --wait'],
    load: () => import('./create.ts'),
  },
  {
    path: ['service', 'import'],
    summary: 'bring an existing application: a folder or a Git address',
    arguments: '<folder-or-url>',
    options: [
      new Option('--name <name>', 'name of the service (a DNS label)').makeOptionMandatory(),
      new Option('--service-port <port>', 'port it listens on').default(8080).argParser(portNumber),
      team,
      ...wait,
    ],
    examples: ['slipway service import ./shop --name shop --wait'],
    load: () => import('./import.ts'),
  },
  {
    path: ['service', 'list'],
    summary: 'services with their health and addresses',
    examples: ['slipway service list'],
    load: () => import('./list.ts'),
  },
  {
    path: ['service', 'logs'],
    summary: 'logs of a service in an environment',
    arguments: '<name>',
    options: [
      new Option('--environment <name>', 'which environment').default('dev'),
      new Option('--follow', 'go on'),
      team,
    ],
    examples: ['slipway service logs shop --follow'],
    load: () => import('./logs.ts'),
  },
  {
    path: ['service', 'promote'],
    summary: 'bring what runs healthy in one environment to the next, as the environment’s rule allows',
    arguments: '<name>',
    options: [
      new Option('--to <environment>', 'default: the only one that promotes from another'),
      new Option('--image <image>', 'an image that ran before, with its digest; default: what runs now'),
      ...promotion,
    ],
    examples: ['slipway service promote shop', 'slipway service promote shop --to prod --wait -o json'],
    load: () => import('./promote.ts'),
  },
  {
    path: ['service', 'rollback'],
    summary: 'put back what ran in an environment before, without a build',
    arguments: '<name>',
    options: [
      new Option('--environment <name>', 'where').makeOptionMandatory(),
      new Option('--to <image>', 'an image that ran there, with its digest; default: the one before'),
      ...promotion,
    ],
    examples: ['slipway service rollback shop --environment prod --reason "checkout fails" --wait'],
    load: () => import('./rollback.ts'),
  },
  {
    path: ['service', 'retire'],
    summary: 'list everything a service made, ask, and remove it',
    arguments: '<name>',
    options: [
      new Option('--keep <parts>', 'what stays: repository, images, data; may be given often')
        .argParser(collect)
        .default([]),
      new Option('--yes', 'do not ask'),
      new Option('--wait', 'return when everything is gone'),
      new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(positive),
      team,
    ],
    examples: [
      'slipway service retire shop',
      'slipway service retire shop --keep repository,images --yes --wait',
    ],
    load: () => import('./retire.ts'),
  },
  {
    path: ['service', 'sbom'],
    summary: 'the bill of materials of what runs (CycloneDX 1.6)',
    arguments: '<name>',
    options: [
      new Option('--environment <name>', 'which environment; default: the first it runs in'),
      new Option('--file <file>', 'write the CycloneDX document there'),
      team,
    ],
    examples: ['slipway service sbom shop', 'slipway service sbom shop --file shop.cdx.json'],
    load: () => import('./sbom.ts'),
  },
];
