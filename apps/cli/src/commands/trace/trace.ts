import { styleText } from 'node:util';
import type { Status } from '@slipway/api';
import type { Trace, TraceLink } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  team: string;
}

/** The chain of proof of a pod, of a service in each environment, or of an image. */
export async function run(options: Options, [what = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const traces = await read(connection, pathOf(what, options.team));
  if (traces.length === 0) {
    throw new CommandError(`${what} runs nowhere yet`, { next: 'slipway service list' });
  }
  print(options.output, { traces }, () => traces.map(describe).join('\n\n'));
  const isBad = traces.some(({ links }) => links.some(({ state }) => state === 'bad'));
  return isBad ? EXIT.unhealthy : EXIT.done;
}

/** `namespace/pod`, an image by its registry's name or digest, else a service. */
function pathOf(what: string, team: string): string {
  const segments = what.split('/');
  const isImage = what.includes('@') || (segments.length > 1 && /[.:]/.test(segments[0] ?? ''));
  if (isImage) return `images?image=${encodeURIComponent(what)}`;
  if (segments.length > 2) {
    throw new CommandError(`${JSON.stringify(what)}: expected namespace/pod, a service, or an image`, {
      exitCode: EXIT.usage,
    });
  }
  const [first = '', pod] = segments.map(encodeURIComponent);
  return pod === undefined ? `services/team-${encodeURIComponent(team)}/${first}` : `pods/${first}/${pod}`;
}

async function read({ platform, fetch }: Connection, path: string): Promise<Trace[]> {
  const { host } = new URL(platform.portal);
  const answer = await fetch(`https://signing.${host}/trace/${path}`, { timeoutMs: 30_000 });
  if (answer.status === 200) return (JSON.parse(answer.body) as { traces: Trace[] }).traces;
  throw new CommandError(messageIn(answer.body) ?? `tracing answered ${answer.status}`, {
    next: 'slipway status says whether signing works; slipway service list names the services',
  });
}

function messageIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as Status).message;
  } catch {
    return undefined;
  }
}

function describe({ namespace, pod, container, image, links }: Trace): string {
  const title = pod === undefined ? image : `${namespace}/${pod} (${container})`;
  return [title, ...links.flatMap(linesOf)].join('\n');
}

function linesOf({ link, state, text, facts }: TraceLink): string[] {
  const marks = {
    ok: styleText('green', 'ok'.padEnd(7)),
    missing: styleText('yellow', 'missing'),
    bad: styleText('red', 'bad'.padEnd(7)),
  };
  const named = Object.entries(facts).map(([name, value]) => `                       ${name}: ${value}`);
  return [`  ${marks[state]}  ${link.padEnd(10)}  ${text}`, ...named];
}
