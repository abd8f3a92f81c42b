import { once } from 'node:events';
import type { Writable } from 'node:stream';
import {
  type ByteStream,
  type Clock,
  type ExecStreams,
  type Key,
  keyText,
  messageOf,
  type NodeConnector,
  StatusError,
} from '@slipway/api';
import type { Container } from '@slipway/kinds';
import { codeOf } from '@slipway/sandbox';
import type { LogNews } from '../logs/log-file.ts';
import { readLog } from '../logs/log-reader.ts';
import { allContainers } from '../pod/observed.ts';
import { logFileOf, type PodState, type Run } from '../pod/pod-state.ts';
import { byteStream } from './byte-stream.ts';
import { follow, runStreams } from './run-streams.ts';

export interface ConnectorOptions {
  clock: Clock;
  news: LogNews;
  podState(pod: Key): PodState | undefined;
}

/** Logs, exec, attach and port-forward of the pods on this node, answered as upstream's kubelet answers. */
export function createConnector({ clock, news, podState }: ConnectorOptions): NodeConnector {
  const stateOf = (pod: Key): PodState => {
    const state = podState(pod);
    if (!state)
      throw new StatusError('NotFound', `pods ${JSON.stringify(pod.name)} not found`, {
        name: pod.name,
        kind: 'pods',
      });
    return state;
  };
  const runOf = (pod: Key, name: string | undefined): Run => {
    const state = stateOf(pod);
    const container = choose(state, name);
    const run = state.runs.get(container.name);
    if (run) return run;
    throw new StatusError(
      'BadRequest',
      `container not found (${JSON.stringify(container.name)}): it is not running in pod ${keyText(pod)}`,
    );
  };
  return {
    logs: (pod, wanted, signal) => {
      const state = stateOf(pod);
      const container = choose(state, wanted.container);
      const number = runNumber(state, container, wanted.previous === true);
      const file = logFileOf(state, container.name, number);
      const isOpen = () => state.runs.get(container.name)?.logFile === file;
      return readLog(file, wanted, { clock, news, isOpen, signal });
    },
    exec: async (pod, options, streams, signal) => {
      const run = runOf(pod, options.container);
      const process = await run.running.exec({ command: options.command, tty: options.tty }).catch(error => {
        throw new StatusError('InternalError', `error executing command in container: ${messageOf(error)}`);
      });
      const { exitCode } = await runStreams(process, streams, { tty: options.tty, signal });
      return { exitCode };
    },
    attach: (pod, options, streams, signal) => {
      const { stdinOnce } = choose(stateOf(pod), options.container);
      return attach(runOf(pod, options.container), { streams, signal, endsInput: stdinOnce === true });
    },
    portForward: async (pod, port): Promise<ByteStream> => {
      const { sandbox } = stateOf(pod);
      if (!sandbox) throw new StatusError('BadRequest', `pod ${keyText(pod)} is not running`);
      // Debuggers and development servers often listen on the pod's own loopback only.
      const stream = await sandbox
        .dial(port)
        .catch(() => sandbox.dialLoopback(port))
        .catch(error => {
          const text = codeOf(error) === 'ECONNREFUSED' ? 'connection refused' : messageOf(error);
          throw new StatusError(
            'ServiceUnavailable',
            `failed to connect to localhost:${port} inside the pod: ${text}`,
          );
        });
      return byteStream(stream);
    },
  };
}

function choose(state: PodState, name: string | undefined): Container {
  const { pod } = state;
  const all = allContainers(pod);
  const wanted = name ?? pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const found = wanted ? all.find(one => one.name === wanted) : pod.spec.containers[0];
  if (!wanted && pod.spec.containers.length > 1) {
    const names = all.map(one => one.name).join(' ');
    throw new StatusError(
      'BadRequest',
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names}]`,
    );
  }
  if (found) return found;
  throw new StatusError('BadRequest', `container ${wanted} is not valid for pod ${pod.metadata.name}`);
}

/** Which run's log: the last that there is, or the one before. */
function runNumber(state: PodState, container: Container, previous: boolean): number {
  const observed = state.observed.containers.get(container.name);
  const where = `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(state.pod.metadata.name)}`;
  const count = observed?.restartCount ?? 0;
  if (previous) {
    if (count > 0) return count - 1;
    throw new StatusError('BadRequest', `previous terminated ${where.replace(' in ', ` in `)} not found`);
  }
  const hasRun = observed && (observed.phase === 'running' || observed.terminated || observed.previous);
  if (hasRun) return count;
  const reason = observed?.waiting?.reason ?? 'ContainerCreating';
  const why =
    reason === 'ContainerCreating' || reason === 'PodInitializing'
      ? reason
      : `trying and failing to start (${reason})`;
  throw new StatusError('BadRequest', `${where} is waiting to start: ${why}`);
}

/** The main process' own streams, from now on, until it ends or the caller goes. */
async function attach(
  run: Run,
  { streams, signal, endsInput }: { streams: ExecStreams; signal: AbortSignal; endsInput: boolean },
): Promise<void> {
  const tap = (name: 'stdout' | 'stderr', chunk: Uint8Array) => {
    void streams[name]?.(chunk).catch(() => {});
  };
  run.taps.add(tap);
  const { stdin } = run.running;
  if (stdin && streams.stdin) void feed(streams.stdin, { to: stdin, endsInput });
  void follow(streams.resizes, size => run.running.resize(size));
  try {
    await Promise.race([
      run.done,
      new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true })),
    ]);
  } finally {
    run.taps.delete(tap);
  }
}

/** With `stdinOnce` the first caller to go takes the input along; else the next one may type. */
async function feed(
  from: AsyncIterable<Uint8Array>,
  { to, endsInput }: { to: Writable; endsInput: boolean },
): Promise<void> {
  try {
    for await (const chunk of from) {
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
  } catch {
    // Whoever typed has gone.
  }
  if (endsInput) to.end();
}
