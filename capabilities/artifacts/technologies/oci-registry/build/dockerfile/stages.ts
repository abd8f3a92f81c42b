import { type Instruction, parseDockerfile, refuse } from './parse.ts';
import { expand, type Variables } from './words.ts';

/** One `FROM` and what follows it. */
export interface Stage {
  /** Lower case, as `AS` gives it; its number as text otherwise. */
  name: string;
  line: number;
  /** An earlier stage, `scratch`, or an image. */
  base: { stage: number } | { scratch: true } | { image: string };
  instructions: Instruction[];
}

export interface BuildFile {
  stages: Stage[];
  /** Index of the stage that becomes the image. */
  target: number;
  /** `ARG` before the first `FROM`, with the values of this build. */
  globals: Variables;
}

export interface BuildFileOptions {
  buildArgs: Record<string, string>;
  target?: string;
}

/** Flags that we honour; every other one is refused by name, for ignoring it would build something else. */
const FLAGS: Record<string, string[]> = {
  FROM: ['platform'],
  COPY: ['from', 'chown', 'chmod', 'link'],
  ADD: ['chown', 'chmod', 'link'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'retries'],
};
const NATIVE_PLATFORM = /^\$(BUILD|TARGET)PLATFORM$|^\$\{(BUILD|TARGET)PLATFORM\}$|^linux(\/|$)/;

/** The stages of a Dockerfile and which of them is wanted. */
export function readStages(text: string, options: BuildFileOptions): BuildFile {
  const instructions = parseDockerfile(text);
  const globals = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    checkFlags(instruction);
    if (instruction.keyword === 'FROM') {
      stages.push(stageOf(instruction, stages, globals));
      continue;
    }
    const stage = stages.at(-1);
    if (stage) {
      stage.instructions.push(instruction);
      continue;
    }
    if (instruction.keyword !== 'ARG')
      throw refuse(instruction.line, `${instruction.keyword} before the first FROM`);
    const [name, value] = argument(instruction, globals, options.buildArgs);
    if (value !== undefined) globals.set(name, value);
  }
  if (stages.length === 0) throw refuse(1, 'no FROM: a Dockerfile begins with the image it builds on');
  return { stages, target: targetOf(stages, options.target), globals };
}

/** Name and value of an `ARG`: what the build gives, else its default. */
export function argument(
  { text, line }: Instruction,
  variables: Variables,
  buildArgs: Record<string, string>,
): [string, string | undefined] {
  const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(text);
  if (!match) throw refuse(line, `ARG ${JSON.stringify(text)} must be one name or name=default`);
  const [, name = '', standard] = match;
  const given = buildArgs[name];
  return [name, given ?? (standard === undefined ? undefined : expand(standard, variables, line))];
}

function checkFlags({ keyword, flags, line }: Instruction): void {
  for (const [name] of flags) {
    if (FLAGS[keyword]?.includes(name)) continue;
    const known = FLAGS[keyword]?.map(flag => `--${flag}`).join(', ') ?? 'none';
    throw refuse(line, `${keyword} --${name} is not supported; supported: ${known}`);
  }
}

function stageOf({ text, flags, line }: Instruction, earlier: Stage[], globals: Variables): Stage {
  const words = text.split(/\s+/);
  const isNamed = words.length === 3 && words[1]?.toLowerCase() === 'as';
  if (words.length !== 1 && !isNamed) throw refuse(line, `FROM ${text}: must be FROM <image> [AS <name>]`);
  const platform = flags.find(([name]) => name === 'platform')?.[1];
  if (platform !== undefined && !NATIVE_PLATFORM.test(platform)) {
    throw refuse(line, `FROM --platform=${platform}: only this machine's own Linux platform is built for`);
  }
  const image = expand(words[0] ?? '', globals, line);
  if (image === '') throw refuse(line, `FROM ${words[0]}: is empty with these build arguments`);
  const name = (words[2] ?? String(earlier.length)).toLowerCase();
  return { name, line, base: baseOf(image, earlier), instructions: [] };
}

function baseOf(image: string, earlier: Stage[]): Stage['base'] {
  const stage = earlier.findIndex(({ name }) => name === image.toLowerCase());
  if (stage >= 0) return { stage };
  return image === 'scratch' ? { scratch: true } : { image };
}

function targetOf(stages: Stage[], wanted: string | undefined): number {
  if (wanted === undefined) return stages.length - 1;
  const found = stages.findIndex(({ name }, i) => name === wanted.toLowerCase() || String(i) === wanted);
  if (found >= 0) return found;
  throw refuse(
    1,
    `target ${JSON.stringify(wanted)} is no stage; there are ${stages.map(({ name }) => name).join(', ')}`,
  );
}

/** Stages that the wanted one needs, in an order that can be built: others are not built at all. */
export function neededStages({ stages, target }: BuildFile): number[] {
  const needed = new Set<number>();
  const visit = (index: number) => {
    if (needed.has(index)) return;
    const stage = stages[index];
    if (!stage) return;
    if ('stage' in stage.base) visit(stage.base.stage);
    for (const { keyword, flags } of stage.instructions) {
      const from = keyword === 'COPY' ? flags.find(([name]) => name === 'from')?.[1] : undefined;
      const source = from === undefined ? undefined : stageNamed(stages, index, from);
      if (source !== undefined) visit(source);
    }
    needed.add(index);
  };
  visit(target);
  return [...needed];
}

/** Index of an earlier stage by name or number. */
export function stageNamed(stages: Stage[], before: number, name: string): number | undefined {
  const found = stages.findIndex(
    (stage, i) => i < before && (stage.name === name.toLowerCase() || String(i) === name),
  );
  return found < 0 ? undefined : found;
}
