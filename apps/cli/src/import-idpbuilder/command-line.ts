import { CommandError, EXIT } from '../output.ts';
import { type Finding, isRemote, otherwise, type Setup, without } from './setup.ts';

/** Flags of `idpbuilder create` that take no value of their own unless it is written with `=`. */
const SWITCHES = ['recreate', 'dev-password', 'use-path-routing', 'no-exit', 'color'];
const SHORT: Record<string, string> = {
  p: 'package',
  c: 'package-custom-file',
  n: 'no-exit',
  l: 'log-level',
};
/** As cobra's StringSlice: given often, or with commas. */
const LISTS = ['package', 'package-custom-file', 'registry-config'];

/** What has no place in a definition, by flag, and why. */
const FINDINGS: Record<string, (value: string) => Finding> = {
  recreate: () => otherwise('--recreate', 'slipway down, and remove its data folder'),
  'dev-password': () =>
    without(
      '--dev-password',
      'there is no default password: slipway open gives a sign-in link, slipway user link one for others',
    ),
  'kube-version': value =>
    without(
      `--kube-version ${value}`,
      'the Kubernetes API is part of the program: slipway --version says which; on a cluster it is the cluster’s own',
    ),
  'extra-ports': value =>
    without(
      `--extra-ports ${value}`,
      'services answer at https://<service>.<environment>.<appsDomain>; kubectl port-forward reaches other ports',
    ),
  'kind-config': value =>
    without(
      `--kind-config ${value}`,
      'no Kind cluster is made; a cluster made with this file is used by spec.target: { kubernetes: { context: … } }',
    ),
  'registry-config': value =>
    without(
      `--registry-config ${value}`,
      'credentials for images stand in a Secret of type kubernetes.io/dockerconfigjson that pods name; this command reads ~/.docker/config.json for packages',
    ),
  'no-exit': value =>
    otherwise(`--no-exit=${value}`, 'slipway package upgrade and slipway apply bring a folder as it is now'),
  color: value => without(`--color=${value}`, 'colours are shown where a terminal shows them'),
  'log-level': value => without(`--log-level ${value}`, 'SLIPWAY_DEBUG=1 says more'),
};

/**
 * Reads a command line of `idpbuilder create`, as a text or as words.
 * @throws CommandError for a flag that idpbuilder does not have
 */
export function setupOfCommand(command: string): Setup {
  const words = wordsOf(command);
  const start = words.indexOf('create');
  const setup: Setup = { packages: [], customizations: [], findings: [] };
  for (const [flag, value] of flagsOf(words.slice(start + 1))) put(setup, flag, value);
  return setup;
}

function put(setup: Setup, flag: string, value: string): void {
  switch (flag) {
    case 'name':
    case 'build-name':
      setup.name = value;
      return;
    case 'host':
      setup.host = value.toLowerCase();
      return;
    case 'ingress-host-name':
      setup.ingressHost = value;
      return;
    case 'port':
      setup.port = value;
      return;
    case 'protocol':
      setup.protocol = value.toLowerCase();
      return;
    case 'use-path-routing':
      setup.usePathRouting = value !== 'false';
      return;
    case 'package':
      setup.packages.push({ place: value, form: isRemote(value) ? 'remote' : 'folder-or-file' });
      return;
    case 'package-custom-file':
      setup.customizations.push(customizationOf(value));
      return;
    default: {
      const finding = FINDINGS[flag];
      if (!finding) throw unknownFlag(flag);
      setup.findings.push(finding(value));
    }
  }
}

function customizationOf(value: string): { name: string; file: string } {
  const [name = '', file = '', more] = value.split(':');
  if (['argocd', 'gitea', 'nginx'].includes(name) && file !== '' && more === undefined) return { name, file };
  throw new CommandError(`-c ${JSON.stringify(value)}: idpbuilder takes <argocd|gitea|nginx>:<file>`, {
    exitCode: EXIT.usage,
  });
}

function unknownFlag(flag: string): CommandError {
  return new CommandError(`--${flag}: idpbuilder create has no such flag`, {
    exitCode: EXIT.usage,
    next: 'mend the command line, or leave the flag out',
  });
}

/** Each flag with its value, as pflag takes them apart. */
function* flagsOf(words: string[]): Generator<[flag: string, value: string]> {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, dashes = '', name = '', given] = /^(--?)([^=]+?)(?:=(.*))?$/s.exec(word) ?? [];
    if (dashes === '')
      throw new CommandError(`${JSON.stringify(word)}: idpbuilder create takes no arguments, only flags`, {
        exitCode: EXIT.usage,
      });
    const short = dashes === '-' ? name.slice(0, 1) : undefined;
    const flag = short === undefined ? name : (SHORT[short] ?? name);
    const attached = short !== undefined && name.length > 1 ? name.slice(1) : undefined;
    const isSwitch = SWITCHES.includes(flag) || (flag === 'registry-config' && given === undefined);
    const value = given ?? attached ?? (isSwitch ? 'true' : words[++index]);
    if (value === undefined)
      throw new CommandError(`--${flag}: a value is missing`, { exitCode: EXIT.usage });
    const values = LISTS.includes(flag) ? value.split(',') : [value];
    for (const each of values) yield [flag, each];
  }
}

/** Words as a shell takes them apart: quotes, and backslashes outside of single ones; nothing is expanded. */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [part, single, double, escaped, space] of command.matchAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(\r?\n|.)|(\s+)|[^\s'"\\]+/gs,
  )) {
    if (space !== undefined || escaped?.endsWith('\n')) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word = `${word ?? ''}${single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? part}`;
  }
  return word === undefined ? words : [...words, word];
}
