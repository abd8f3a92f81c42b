import { Option } from 'commander';
import { collect, type Entry, portNumber, positive, team, wait } from '../../entry.ts';

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
];
