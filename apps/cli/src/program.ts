import { Command, Option } from 'commander';
import { CommandError, EXIT } from './output.ts';

/** A command's own part: what it is called, what it takes, what it does. The module is loaded only when it runs. */
interface Entry {
  path: string[];
  summary: string;
  arguments?: string;
  options?: Option[];
  examples: string[];
  load: () => Promise<{ run: (options: never, args: string[], root: Command) => Promise<number> }>;
}

const port = (flag: string, title: string, preset: number) =>
  new Option(`--${flag} <port>`, `${title}; 0: any free one, kept from then on`)
    .default(preset)
    .argParser(portNumber);

const upOptions = [
  new Option(
    '-f, --file <file>',
    'the platform definition; without one the one applied last, at first the golden path',
  ),
  port('port', 'port of the gateway (HTTPS)', 8443),
  port('http-port', 'port that only leads to HTTPS and offers the CA', 8080),
  port('api-port', 'port of the Kubernetes API', 6443),
  new Option('--driver <driver>', 'how pods are isolated')
    .choices(['auto', 'docker', 'sandbox', 'process'])
    .default('auto'),
  new Option('--detach', 'return when ready and leave it running'),
  new Option('--timeout <seconds>', 'how long to wait until everything is ready')
    .default(60)
    .argParser(seconds),
];
const answerTimeout = new Option('--timeout <seconds>', 'how long every component may take to answer')
  .default(60)
  .argParser(seconds);
const team = new Option('--team <team>', 'whose service it is').default('default');
const wait = [
  new Option('--wait', 'return when the first environment answers at its URL'),
  new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(seconds),
];

/** Every command there is. */
const ENTRIES: Entry[] = [
  {
    path: ['up'],
    summary: 'start the platform and say where to go',
    options: upOptions,
    examples: [
      'slipway up',
      'slipway up -f platform.yaml --detach',
      'slipway up --port 0 --http-port 0 --api-port 0 -o json',
    ],
    load: () => import('./commands/up.ts'),
  },
  {
    path: ['down'],
    summary: 'stop the platform that runs with this data folder',
    examples: ['slipway down'],
    load: () => import('./commands/down.ts'),
  },
  {
    path: ['status'],
    summary: 'each capability, asked just now',
    examples: ['slipway status', 'slipway status -o json'],
    load: () => import('./commands/status.ts'),
  },
  {
    path: ['doctor'],
    summary: 'check this machine and say what is missing and what to do',
    examples: ['slipway doctor'],
    load: () => import('./commands/doctor.ts'),
  },
  {
    path: ['init'],
    summary: 'write a platform.yaml to start from, and the schema that editors complete it from',
    options: [
      new Option('--blueprint <name>', 'what it starts from').default('golden-path'),
      new Option('--name <name>', 'name of the platform (a DNS label)').default('slipway'),
    ],
    examples: ['slipway init', 'slipway init --blueprint minimal --name acme'],
    load: () => import('./commands/init.ts'),
  },
  {
    path: ['plan'],
    summary: 'what a definition comes to, and what it would change in the running platform',
    options: [new Option('-f, --file <file>', 'the platform definition')],
    examples: ['slipway plan -f platform.yaml'],
    load: () => import('./commands/plan.ts'),
  },
  {
    path: ['diff'],
    summary:
      'field by field what the running platform has otherwise than a definition; ends with 3 when it differs',
    options: [new Option('-f, --file <file>', 'the definition; without one the one applied last')],
    examples: ['slipway diff -f platform.yaml', 'slipway diff'],
    load: () => import('./commands/diff.ts'),
  },
  {
    path: ['apply'],
    summary: 'change the running platform to a definition; what needs a start is kept for the next one',
    options: [
      new Option('-f, --file <file>', 'the platform definition').makeOptionMandatory(),
      answerTimeout,
    ],
    examples: ['slipway apply -f platform.yaml'],
    load: () => import('./commands/apply.ts'),
  },
  {
    path: ['history'],
    summary: 'every definition that was applied: when, by whom, how',
    examples: ['slipway history', 'slipway history -o yaml'],
    load: () => import('./commands/history.ts'),
  },
  {
    path: ['rollback'],
    summary: 'apply an older definition again; without a number the one before',
    arguments: '[revision]',
    options: [answerTimeout],
    examples: ['slipway rollback', 'slipway rollback 2'],
    load: () => import('./commands/rollback.ts'),
  },
  {
    path: ['schema'],
    summary: 'the JSON Schema of platform.yaml, for editors',
    examples: ['slipway schema > platform.schema.json'],
    load: () => import('./commands/schema.ts'),
  },
  {
    path: ['open'],
    summary: 'print a sign-in link for the portal that works once, for ten minutes',
    examples: ['slipway open'],
    load: () => import('./commands/open.ts'),
  },
  {
    path: ['trust'],
    summary: "add the platform's CA to this machine's trust, or say how",
    options: [new Option('--print', 'only print the certificate')],
    examples: ['slipway trust', 'slipway trust --print > ca.crt'],
    load: () => import('./commands/trust.ts'),
  },
  {
    path: ['login'],
    summary: 'sign in as a person; git and kubectl then act as that person',
    examples: ['slipway login'],
    load: () => import('./commands/login.ts'),
  },
  {
    path: ['logout'],
    summary: 'forget who signed in on this machine',
    examples: ['slipway logout'],
    load: () => import('./commands/logout.ts'),
  },
  {
    path: ['whoami'],
    summary: 'who git and kubectl act as',
    examples: ['slipway whoami'],
    load: () => import('./commands/whoami.ts'),
  },
  {
    path: ['kubeconfig'],
    summary: 'print the kubeconfig of the running platform',
    options: [new Option('--person', 'for the signed-in person instead of local-admin')],
    examples: ['slipway kubeconfig > config', 'KUBECONFIG=config kubectl get nodes'],
    load: () => import('./commands/kubeconfig.ts'),
  },
  {
    path: ['kubectl-credential'],
    summary: 'answer kubectl when it asks for credentials (exec plugin)',
    examples: ['slipway kubeconfig --person > config'],
    load: () => import('./commands/kubectl-credential.ts'),
  },
  {
    path: ['git-credential'],
    summary: 'answer git when it asks for credentials (credential helper)',
    arguments: '<operation>',
    examples: [
      "git -c credential.helper='!slipway git-credential' clone https://git.slipway.localhost:8443/default/shop.git",
    ],
    load: () => import('./commands/git-credential.ts'),
  },
  {
    path: ['docker-credential'],
    summary: 'answer docker or podman when they ask for credentials (credential helper)',
    arguments: '<operation>',
    examples: ['echo registry.slipway.localhost:8443 | docker-credential-slipway get'],
    load: () => import('./commands/docker-credential.ts'),
  },
  {
    path: ['token', 'create'],
    summary: 'make a token for scripts; it is shown once',
    options: [
      new Option('--user <name>', 'who it acts as').default('admin'),
      new Option('--description <text>', 'what it is for').default(''),
      new Option('--days <days>', 'how long it lives').default(30).argParser(positive),
    ],
    examples: ['slipway token create --description "nightly job" --days 7'],
    load: () => import('./commands/token/create.ts'),
  },
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
    load: () => import('./commands/audit/list.ts'),
  },
  {
    path: ['audit', 'verify'],
    summary: 'check the whole chain on this side, from a running platform or a file',
    options: [
      new Option('--file <file>', 'what "audit list --all -o json" wrote; no platform is needed'),
      new Option('--head <hash>', 'a head noted earlier, which must be in the chain'),
    ],
    examples: ['slipway audit verify', 'slipway audit verify --file audit.json --head 3f2a…'],
    load: () => import('./commands/audit/verify.ts'),
  },
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
    load: () => import('./commands/service/create.ts'),
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
    load: () => import('./commands/service/import.ts'),
  },
  {
    path: ['service', 'list'],
    summary: 'services with their health and addresses',
    examples: ['slipway service list'],
    load: () => import('./commands/service/list.ts'),
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
    load: () => import('./commands/service/logs.ts'),
  },
  {
    path: ['capability', 'list'],
    summary: 'the map: what a platform can do, with what',
    examples: ['slipway capability list'],
    load: () => import('./commands/capability/list.ts'),
  },
  {
    path: ['capability', 'show'],
    summary: 'guidance on the technologies of one capability',
    arguments: '<id>',
    examples: ['slipway capability show ingress'],
    load: () => import('./commands/capability/show.ts'),
  },
  {
    path: ['completion'],
    summary: 'print completion for a shell',
    arguments: '<shell>',
    examples: ['source <(slipway completion bash)'],
    load: () => import('./commands/completion.ts'),
  },
];

/** The whole command line; shell completion is made of it, too. */
export function program(): Command {
  const root = new Command('slipway')
    .description(
      'One definition makes the chosen open-source tools one coherent internal developer platform.',
    )
    .exitOverride()
    .configureOutput({ writeErr: text => process.stderr.write(text) });
  for (const entry of ENTRIES) add(root, entry);
  return root;
}

function add(root: Command, entry: Entry): void {
  const [name = '', ...rest] = [...entry.path].reverse();
  const parent = rest.reverse().reduce((above, noun) => nounOf(above, noun), root);
  const command = parent
    .command(entry.arguments ? `${name} ${entry.arguments}` : name)
    .summary(entry.summary);
  command.description(entry.summary).exitOverride();
  for (const option of entry.options ?? []) command.addOption(option);
  command.addOption(
    new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'),
  );
  command.option('--data <folder>', 'data folder of the platform (default: per user)');
  command.addHelpText('after', `\nExamples:\n${entry.examples.map(example => `  ${example}`).join('\n')}`);
  command.action(async () => {
    const { run } = await entry.load();
    process.exitCode = await run(command.opts() as never, command.args, root);
  });
}

function nounOf(above: Command, noun: string): Command {
  const known = above.commands.find(command => command.name() === noun);
  return known ?? above.command(noun).description(`commands on a ${noun}`).exitOverride();
}

function portNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  throw new CommandError(`port ${JSON.stringify(text)}: a number from 0 to 65535 is allowed`, {
    exitCode: EXIT.usage,
  });
}

function seconds(text: string): number {
  return positive(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new CommandError(`${JSON.stringify(text)}: a number above 0 is allowed`, { exitCode: EXIT.usage });
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}
