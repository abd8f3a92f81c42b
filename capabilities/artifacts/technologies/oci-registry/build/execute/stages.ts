import type { Instruction } from '../dockerfile/parse.ts';
import { parseDockerfile, refuse } from '../dockerfile/parse.ts';
import { type BuildFile, neededStages, type Stage, stageNamed } from '../dockerfile/stages.ts';
import { type ApplyContext, applyInstruction } from './apply.ts';
import { copyStep, type SourceOf } from './copy.ts';
import type { Base, BuildEnvironment, BuildSources } from './environment.ts';
import { flushFolders, foldersOf } from './layer-steps.ts';
import { type BuildPod, runStep } from './run.ts';
import { emptyState, forkState, type StageState } from './state.ts';

export interface StagesOptions {
  file: BuildFile;
  sources: BuildSources;
  buildArgs: Record<string, string>;
  platformArgs: ReadonlyMap<string, string>;
  pod: BuildPod;
}

/** Carries out the stages that the target needs; resolves with the target's state. */
export async function executeStages(build: BuildEnvironment, options: StagesOptions): Promise<StageState> {
  const { file } = options;
  const done = new Map<number, StageState>();
  for (const index of neededStages(file)) {
    const stage = file.stages[index];
    if (stage) done.set(index, await executeStage(build, options, { stage, index, done }));
  }
  const state = done.get(file.target);
  if (!state) throw refuse(1, 'no stage to build');
  return state;
}

interface Position {
  stage: Stage;
  index: number;
  done: Map<number, StageState>;
}

async function executeStage(
  build: BuildEnvironment,
  options: StagesOptions,
  position: Position,
): Promise<StageState> {
  const { stage, done } = position;
  build.log.line(`stage ${stage.name}`);
  const state = await beginStage(build, stage, done);
  const triggers = (state.config.OnBuild ?? []).flatMap(text =>
    parseDockerfile(text).map(each => ({ ...each, line: stage.line })),
  );
  delete state.config.OnBuild;
  const context: ApplyContext = {
    buildArgs: options.buildArgs,
    globals: options.file.globals,
    platformArgs: options.platformArgs,
  };
  const from = sourceOf(build, options, position);
  for (const instruction of [...triggers, ...stage.instructions]) {
    build.signal.throwIfAborted();
    if (applyInstruction(state, instruction, context)) continue;
    await layerInstruction(build, state, { instruction, options, from });
  }
  await flushFolders(build, state);
  return state;
}

async function layerInstruction(
  build: BuildEnvironment,
  state: StageState,
  { instruction, options, from }: { instruction: Instruction; options: StagesOptions; from: SourceOf },
): Promise<void> {
  const { sources, pod, buildArgs } = options;
  if (instruction.keyword === 'RUN') return runStep(build, state, { instruction, pod, buildArgs });
  return copyStep(build, state, { instruction, sources, from });
}

/** What other builders give to `FROM scratch` on Linux, too. */
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function beginStage(
  build: BuildEnvironment,
  { base }: Stage,
  done: Map<number, StageState>,
): Promise<StageState> {
  if ('scratch' in base) return { ...emptyState(), config: { Env: [DEFAULT_PATH] } };
  if ('image' in base) return stateOf(await build.base(base.image));
  const earlier = done.get(base.stage);
  return earlier ? forkState(earlier) : emptyState();
}

function stateOf({ key, config, layers }: Base): StageState {
  const history = (config.history ?? []).map(({ created_by: text = '', empty_layer: isEmpty }) => ({
    created_by: text,
    ...(isEmpty ? { empty_layer: true } : {}),
  }));
  return { ...emptyState(), key, config: structuredClone(config.config ?? {}), layers: [...layers], history };
}

function sourceOf(build: BuildEnvironment, { file }: StagesOptions, { index, done }: Position): SourceOf {
  return async (name, line) => {
    const earlier = stageNamed(file.stages, index, name);
    const state = earlier === undefined ? stateOf(await build.base(name)) : done.get(earlier);
    if (!state) throw refuse(line, `--from=${name}: that stage is not built yet`);
    return { roots: await foldersOf(build, state), key: state.key };
  };
}
