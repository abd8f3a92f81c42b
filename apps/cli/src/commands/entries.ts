import { Option } from 'commander';
import { collect, type Entry, portNumber, positive } from '../entry.ts';

const port = (flag: string, title: string, preset: number) =>
  new Option(`--${flag} <port>`, `${title}; 0: any free one, kept from then on`)
    .default(preset)
    .argParser(portNumber);

const upPort = (flag: string, title: string, preset: number) =>
  new Option(
    `--${flag} <port>`,
    `${title}; 0: any free one, kept from then on (default: ${preset}; of a platform with --platform: 0)`,
  ).argParser(portNumber);

const upOptions = [
  new Option(
    '-f, --file <file>',
    'the platform definition; without one the one applied last, at first the golden path',
  ),
  upPort('port', 'port of the gateway (HTTPS)', 8443),
  upPort('http-port', 'port that only leads to HTTPS and offers the CA', 8080),
  upPort('api-port', 'port of the Kubernetes API', 6443),
  new Option('--driver <driver>', 'how pods are isolated')
    .choices(['auto', 'docker', 'sandbox', 'process'])
    .default('auto'),
  new Option('--detach', 'return when ready and leave it running'),
  new Option('--timeout <seconds>', 'how long to wait until everything is ready')
    .default(60)
    .argParser(positive),
];
const until = new Option('--until <state>', 'on a cluster: what a component has to be before the next one')
  .choices(['synced', 'healthy', 'probed'])
  .default('probed');
const clusterFile = new Option('-f, --file <file>', 'the definition of a platform on a cluster');
const answerTimeout = new Option('--timeout <seconds>', 'how long every component may take to answer')
  .default(60)
  .argParser(positive);

/** Bare verbs: the platform itself. */
export const platformEntries: Entry[] = [
  {
    path: ['up'],
    makesPlatform: true,
    summary: 'start the platform and say where to go',
    options: upOptions,
    examples: [
      'slipway up',
      'slipway up -f platform.yaml --detach',
      'slipway up --port 0 --http-port 0 --api-port 0 -o json',
      'slipway up --platform second --detach',
    ],
    load: () => import('./up.ts'),
  },
  {
    path: ['controller'],
    summary:
      'run the platform’s own controllers against a cluster, as one of several processes that share the work',
    options: [
      new Option(
        '--kubeconfig <file>',
        'how the cluster is reached; without it the pod’s own ServiceAccount',
      ),
      new Option('--context <name>', 'context of the kubeconfig; default: its current one'),
      new Option('--identity <name>', 'name of this process among the others; default: the host’s'),
      new Option(
        '--health-host <address>',
        'address that /livez, /readyz, /metrics (and the portal) are served at',
      ).default('127.0.0.1'),
      port('health-port', 'port of the same', 8081),
      new Option(
        '--ca <file>',
        'authorities (PEM) that the tools’ certificates may lead to, besides the system’s',
      ),
      new Option('--key <file>', 'a secret text that all these processes share; default: a new one'),
      new Option(
        '--portal-port <port>',
        'also serve the portal, in plain HTTP at the health address',
      ).argParser(portNumber),
      new Option('--sign-in <folder>', 'files clientId, clientSecret and issuer of the portal’s own client'),
    ],
    examples: [
      'slipway controller --kubeconfig ~/.kube/config',
      'slipway controller --health-host 0.0.0.0 --portal-port 8080 --sign-in /etc/slipway/sign-in --key /etc/slipway/key/key',
    ],
    load: () => import('./controller.ts'),
  },
  {
    path: ['down'],
    summary: 'stop the platform that runs with this data folder',
    examples: ['slipway down'],
    load: () => import('./down.ts'),
  },
  {
    path: ['status'],
    summary: 'each capability, asked just now; of a platform on a cluster each component as it was seen last',
    options: [clusterFile],
    examples: ['slipway status', 'slipway status -o json', 'slipway status -f platform.yaml'],
    load: () => import('./status.ts'),
  },
  {
    path: ['doctor'],
    summary: 'check this machine, or the cluster of a definition, and say what is missing and what to do',
    options: [new Option('-f, --file <file>', 'the definition whose cluster is meant')],
    examples: ['slipway doctor', 'slipway doctor -f platform.yaml'],
    load: () => import('./doctor.ts'),
  },
  {
    path: ['init'],
    summary: 'write a platform.yaml to start from, and the schema that editors complete it from',
    options: [
      new Option('--blueprint <name>', 'what it starts from').default('golden-path'),
      new Option('--name <name>', 'name of the platform (a DNS label)').default('slipway'),
    ],
    examples: ['slipway init', 'slipway init --blueprint minimal --name acme'],
    load: () => import('./init.ts'),
  },
  {
    path: ['plan'],
    summary: 'what a definition comes to, and what it would change in the running platform',
    options: [new Option('-f, --file <file>', 'the platform definition')],
    examples: ['slipway plan -f platform.yaml'],
    load: () => import('./plan.ts'),
  },
  {
    path: ['diff'],
    summary:
      'field by field what the running platform has otherwise than a definition; ends with 3 when it differs',
    options: [new Option('-f, --file <file>', 'the definition; without one the one applied last')],
    examples: ['slipway diff -f platform.yaml', 'slipway diff'],
    load: () => import('./diff.ts'),
  },
  {
    path: ['apply'],
    summary:
      'change the running platform, or the cluster that is its target, to a definition; what needs a start is kept for the next one',
    options: [
      new Option('-f, --file <file>', 'the platform definition').makeOptionMandatory(),
      until,
      answerTimeout,
      new Option(
        '--adopt <name>',
        'on a cluster: take over what is there and managed by others, of a component or as KIND/NAME; repeatable',
      )
        .default([])
        .argParser(collect),
    ],
    examples: ['slipway apply -f platform.yaml', 'slipway apply -f platform.yaml --until healthy'],
    load: () => import('./apply.ts'),
  },
  {
    path: ['history'],
    summary: 'every definition that was applied: when, by whom, how',
    options: [clusterFile],
    examples: ['slipway history', 'slipway history -o yaml', 'slipway history -f platform.yaml'],
    load: () => import('./history.ts'),
  },
  {
    path: ['rollback'],
    summary: 'apply an older definition again; without a number the one before',
    arguments: '[revision]',
    options: [clusterFile, until, answerTimeout],
    examples: ['slipway rollback', 'slipway rollback 2', 'slipway rollback -f platform.yaml'],
    load: () => import('./rollback.ts'),
  },
  {
    path: ['schema'],
    summary: 'the JSON Schema of platform.yaml, for editors',
    examples: ['slipway schema > platform.schema.json'],
    load: () => import('./schema.ts'),
  },
  {
    path: ['open'],
    summary: 'print a sign-in link for the portal that works once, for ten minutes',
    examples: ['slipway open'],
    load: () => import('./open.ts'),
  },
  {
    path: ['trust'],
    summary: "add the platform's CA to this machine's trust, or say how",
    options: [new Option('--print', 'only print the certificate')],
    examples: ['slipway trust', 'slipway trust --print > ca.crt'],
    load: () => import('./trust.ts'),
  },
  {
    path: ['login'],
    summary: 'sign in as a person; git and kubectl then act as that person',
    examples: ['slipway login'],
    load: () => import('./login.ts'),
  },
  {
    path: ['logout'],
    summary: 'forget who signed in on this machine',
    examples: ['slipway logout'],
    load: () => import('./logout.ts'),
  },
  {
    path: ['whoami'],
    summary: 'who git and kubectl act as',
    examples: ['slipway whoami'],
    load: () => import('./whoami.ts'),
  },
  {
    path: ['kubeconfig'],
    summary: 'print the kubeconfig of the running platform',
    options: [new Option('--person', 'for the signed-in person instead of local-admin')],
    examples: ['slipway kubeconfig > config', 'KUBECONFIG=config kubectl get nodes'],
    load: () => import('./kubeconfig.ts'),
  },
  {
    path: ['kubectl-credential'],
    summary: 'answer kubectl when it asks for credentials (exec plugin)',
    examples: ['slipway kubeconfig --person > config'],
    load: () => import('./kubectl-credential.ts'),
  },
  {
    path: ['git-credential'],
    summary: 'answer git when it asks for credentials (credential helper)',
    arguments: '<operation>',
    examples: [
      "git -c credential.helper='!slipway git-credential' clone https://git.slipway.localhost:8443/default/shop.git",
    ],
    load: () => import('./git-credential.ts'),
  },
  {
    path: ['docker-credential'],
    summary: 'answer docker or podman when they ask for credentials (credential helper)',
    arguments: '<operation>',
    examples: ['echo registry.slipway.localhost:8443 | docker-credential-slipway get'],
    load: () => import('./docker-credential.ts'),
  },
  {
    path: ['completion'],
    summary: 'print completion for a shell',
    arguments: '<shell>',
    examples: ['source <(slipway completion bash)'],
    load: () => import('./completion.ts'),
  },
  {
    path: ['man'],
    summary: 'print the manual page',
    examples: ['slipway man | man -l -'],
    load: () => import('./man.ts'),
  },
];
