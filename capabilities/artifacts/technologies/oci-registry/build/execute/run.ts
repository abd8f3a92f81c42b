import { existsSync } from 'node:fs';
import { SlipwayError } from '@slipway/api';
import { HOST_LABEL } from '@slipway/oci';
import type { Container, PodSandbox } from '@slipway/sandbox';
import { type Instruction, refuse } from '../dockerfile/parse.ts';
import { CACHE_INSIDE } from '../package-registry.ts';
import { commandOf, predefinedArgs } from './apply.ts';
import type { BuildEnvironment } from './environment.ts';
import { addLayer, flushFolders } from './layer-steps.ts';
import { environmentOf, keyOf, type StageState } from './state.ts';
import { lookUpUser } from './users.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The pod of a build; made with its first RUN. */
export interface BuildPod {
  get(): Promise<PodSandbox>;
  stop(): Promise<void>;
}

/** RUN: a command in a container on the layers so far; what it changed becomes a layer. */
export async function runStep(
  build: BuildEnvironment,
  state: StageState,
  call: { instruction: Instruction; pod: BuildPod; buildArgs: Record<string, string> },
): Promise<void> {
  const { instruction } = call;
  const { line, text } = instruction;
  // Drivers without overlays take a folder that is not empty for one they have filled already.
  await flushFolders(build, state);
  const command = commandOf(state.config, { ...instruction, text: scriptOf(instruction) });
  const env = Object.fromEntries([
    ...predefinedArgs(call.buildArgs),
    ...state.args,
    ...environmentOf(state.config),
  ]);
  const workingDir = state.config.WorkingDir || '/';
  const user = state.config.User ?? '';
  await addLayer(build, state, {
    key: keyOf('run', JSON.stringify([command, env, workingDir, user])),
    title: `RUN ${text}`,
    make: async (upper, lowers) => {
      const ids = user === '' ? { uid: 0, gid: 0 } : await lookUpUser(build, lowers, user, line);
      const pod = await call.pod.get();
      const container = await pod.start({
        name: `line-${line}`,
        rootfs: { layers: lowers, upper },
        keepChanges: true,
        image: `build@sha256:${state.key}`,
        command,
        env: { PATH: DEFAULT_PATH, ...homeOf(ids), ...env, ...build.secrets.env },
        workingDir,
        user: ids,
        mounts: build.secrets.mounts,
        hostBased: state.config.Labels?.[HOST_LABEL] === 'host',
        readOnlyRootFilesystem: false,
        limits: { memoryBytes: build.limits.memoryBytes },
        tty: false,
        stdin: false,
      });
      // Drivers that can make overlays keep their work folder here while the container runs.
      const content = existsSync(`${upper}.work`) ? 'overlay' : 'copy';
      await finished(build, container, { line, text });
      return { content };
    },
  });
}

/** Only root can write the shared cache of packages. */
function homeOf({ uid }: { uid: number }): Record<string, string> {
  return uid === 0 ? { HOME: '/root', npm_config_cache: CACHE_INSIDE } : { HOME: '/' };
}

/** A here-document alone is the script; behind a command the shell reads it itself. */
function scriptOf({ text, heredocs, line }: Instruction): string {
  const [first] = heredocs;
  if (!first) return text;
  const isAlone = heredocs.length === 1 && /^<<-?\s*["']?\w+["']?$/.test(text.trim());
  if (!isAlone) return [text, ...heredocs.map(({ content, name }) => `${content}${name}`)].join('\n');
  if (first.content.startsWith('#!'))
    throw refuse(line, 'RUN <<: a script that begins with #! is not supported; call its interpreter');
  return first.content;
}

async function finished(
  build: BuildEnvironment,
  container: Container,
  { line, text }: { line: number; text: string },
): Promise<void> {
  const stop = () => container.kill('SIGKILL');
  build.signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(stop, build.limits.runMs);
  try {
    const outputs = Promise.all([build.log.pipe(container.stdout), build.log.pipe(container.stderr)]);
    const exit = await container.exited;
    await outputs;
    build.signal.throwIfAborted();
    if (exit.exitCode === 0) return;
    const why = exit.outOfMemory ? 'ran out of memory' : `ended with exit code ${exit.exitCode}`;
    throw new SlipwayError(
      'RunFailed',
      `Dockerfile: line ${line}: RUN ${text}: ${exit.signal === 'SIGKILL' && !exit.outOfMemory ? 'was killed (took too long?)' : why}`,
    );
  } finally {
    clearTimeout(timer);
    build.signal.removeEventListener('abort', stop);
  }
}
