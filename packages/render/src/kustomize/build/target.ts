import { loadConfig } from '../config/read-config-files.ts';
import { loadCrds } from '../config/read-crds.ts';
import { mergeConfigs } from '../config/transformer-config.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { readConfig } from '../kustomization/read-config.ts';
import { FILE_NAMES, readKustomization } from '../kustomization/read-kustomization.ts';
import { KustomizeError, within, wrapped } from '../kustomize-error.ts';
import { HttpError, type Loader } from '../load/loader.ts';
import { joinPath } from '../load/path.ts';
import { ORIGIN } from '../resource/build-annotations.ts';
import { configuredOrigin, furtherOrigin, type Origin, originText, setOrigin } from '../resource/origin.ts';
import type { Resource } from '../resource/resource.ts';
import { ResourceSet } from '../resource/resource-set.ts';
import type { Transformer } from '../transform/transformer.ts';
import { declareVars, makeVar, varsText } from '../transform/vars.ts';
import { Accumulator } from './accumulator.ts';
import type { BuildContext } from './build-context.ts';
import { generatorSteps, transformerSteps } from './built-in-steps.ts';
import { type Generator, loadPlugin, type Plugin } from './plugins.ts';
import { validate } from './validate.ts';

/** Resources that are added to, and their keys. */
interface Growing {
  accumulator: Accumulator;
  known: Set<string>;
}

interface Inherited {
  origin: Origin | undefined;
  buildMetadata: string[] | undefined;
  helmNamespace: string;
}

/** One kustomization: what it holds, and how it changes that (`KustTarget`). */
export class Target {
  readonly kustomization: Kustomization;
  readonly #fileName: string;
  readonly #loader: Loader;
  readonly #context: BuildContext;
  #origin: Origin | undefined;
  #helmNamespace = '';

  private constructor(
    loader: Loader,
    context: BuildContext,
    { kustomization, fileName }: { kustomization: Kustomization; fileName: string },
  ) {
    this.#loader = loader;
    this.#context = context;
    this.kustomization = kustomization;
    this.#fileName = fileName;
    this.#origin = kustomization.buildMetadata?.length ? {} : undefined;
  }

  /** Reads the kustomization in a loader's root. @throws KustomizeError */
  static async load(loader: Loader, context: BuildContext): Promise<Target> {
    const { text, fileName } = await loadFile(loader);
    const { kustomization, warnings } = readKustomization(text, loader.root, context.budget);
    context.warnings.push(...warnings);
    return new Target(loader, context, { kustomization, fileName });
  }

  /** The text of `openapi.path`, read. */
  async useSchema(isRoot: boolean): Promise<void> {
    const { openapi } = this.kustomization;
    const { schemas, budget } = this.#context;
    const path = openapi?.path;
    const custom = path === undefined ? undefined : readConfig(await this.#loader.loadText(path), budget);
    schemas.set(openapi, custom, isRoot);
  }

  /** @param accumulator filled already for a component, which goes on with what is there */
  async accumulate(accumulator = new Accumulator()): Promise<Accumulator> {
    const { kustomization: own } = this;
    const { budget } = this.#context;
    await prefixed('accumulating resources', () => this.#addResources(accumulator, own.resources ?? []));
    const config = await loadConfig(this.#loader, own.configurations ?? [], budget);
    accumulator.config = within('merging config', () => mergeConfigs(accumulator.config, config));
    const crds = await prefixed(`loading CRDs [${(own.crds ?? []).join(' ')}]`, () =>
      loadCrds(this.#loader, own.crds ?? [], budget),
    );
    accumulator.config = within('merging CRDs', () => mergeConfigs(accumulator.config, crds));
    await this.#generate(accumulator);
    const whole = await prefixed('accumulating components', () =>
      this.#addComponents(accumulator, own.components ?? []),
    );
    await this.#transform(whole);
    for (const { plugin } of await this.#plugins(own.validators ?? [])) validate(whole.set, plugin);
    const vars = own.vars ?? [];
    within(`merging vars ${varsText(vars)}`, () => declareVars(whole.vars, vars.map(makeVar), whole.set));
    return whole;
  }

  async #addResources(accumulator: Accumulator, paths: readonly string[]): Promise<void> {
    const known = accumulator.set.keys();
    for (const path of paths) {
      const problem = await this.#tryFile({ accumulator, known }, path);
      if (problem) await this.#addBase({ accumulator, known }, path, problem);
      this.#limitObjects(accumulator);
    }
  }

  #limitObjects({ set }: Accumulator): void {
    const { maxObjects } = this.#context.limits;
    if (set.list.length > maxObjects)
      throw new KustomizeError(`more than ${maxObjects} objects`, 'KustomizeTooLarge');
  }

  /** What is wrong with a path as a file. */
  async #tryFile(into: Growing, path: string): Promise<KustomizeError | undefined> {
    try {
      await this.#addFile(into, path);
      return undefined;
    } catch (error) {
      if (!(error instanceof KustomizeError) || error.code === 'KustomizeTooLarge') throw error;
      if (error.cause instanceof HttpError) throw error;
      return error;
    }
  }

  async #addFile({ accumulator, known }: Growing, path: string): Promise<void> {
    const resources = await prefixed(
      `accumulating resources from '${path}'`,
      async () => new ResourceSet(this.#context.factory.readFile(await this.#loader.loadText(path), path)),
    );
    if (this.#origin) {
      const text = originText(furtherOrigin(this.#origin, path));
      for (const resource of resources.list) annotate(resource, text);
    }
    within(`merging resources from '${path}'`, () => accumulator.set.appendAll(resources.list, known));
  }

  async #addBase({ accumulator, known }: Growing, path: string, problem: KustomizeError): Promise<void> {
    let loader: Loader;
    try {
      loader = await this.#loader.open(path);
    } catch (error) {
      // A file that is no YAML was meant as a file.
      if (problem.message.includes('MalformedYAMLError')) throw problem;
      if (problem.code === 'KustomizeUnsupported') throw problem;
      throw wrapped(error, `accumulation err='${problem.message}'`);
    }
    await prefixed(`accumulation err='${problem.message}'`, async () => {
      const added = await this.#addFolder(loader, path, undefined);
      within(`recursed merging from path '${loader.root}'`, () => accumulator.merge(added, known));
    });
  }

  async #addComponents(accumulator: Accumulator, paths: readonly string[]): Promise<Accumulator> {
    let whole = accumulator;
    for (const path of paths) {
      const loader = await this.#loader.open(path).catch(error => {
        throw quoted(error, 'loader.New');
      });
      const before = whole;
      whole = await this.#addFolder(loader, path, before)
        .then(added => {
          const merged = new Accumulator();
          within(`recursed merging from path '${loader.root}'`, () => merged.merge(added));
          return merged;
        })
        .catch(error => {
          throw quoted(error, 'accumulateDirectory:');
        });
    }
    return whole;
  }

  async #addFolder(loader: Loader, path: string, parent: Accumulator | undefined): Promise<Accumulator> {
    const { maxDepth } = this.#context.limits;
    if (loader.depth > maxDepth)
      throw new KustomizeError(
        `more than ${maxDepth} kustomizations within one another`,
        'KustomizeTooLarge',
      );
    const target = await prefixed(`couldn't make target for path '${loader.root}'`, () =>
      Target.load(loader, this.#context),
    );
    target.#inherit({
      origin: this.#origin && furtherOrigin(this.#origin, path),
      buildMetadata: this.kustomization.buildMetadata,
      helmNamespace: this.kustomization.namespace || this.#helmNamespace,
    });
    await target.useSchema(false);
    const { kind } = target.kustomization;
    if (parent && kind !== 'Component')
      throw new KustomizeError(`expected kind 'Component' for path '${loader.root}' but got '${kind}'`);
    if (!parent && kind === 'Component')
      throw new KustomizeError(`expected kind != 'Component' for path '${loader.root}'`);
    return prefixed(`recursed accumulation of path '${loader.root}'`, () => target.accumulate(parent));
  }

  #inherit({ origin, buildMetadata, helmNamespace }: Inherited): void {
    this.#origin = origin;
    if (buildMetadata) this.kustomization.buildMetadata = buildMetadata;
    this.#helmNamespace = helmNamespace;
  }

  /** The origin of what the kustomization file itself makes or changes. */
  #ownOrigin(by: string): Origin | undefined {
    if (!this.#origin) return undefined;
    const { path = '', repo, ref } = this.#origin;
    return {
      ...(repo ? { repo } : {}),
      ...(ref ? { ref } : {}),
      configuredIn: joinPath(path, this.#fileName),
      configuredBy: { apiVersion: 'builtin', kind: by },
    };
  }

  async #generate(accumulator: Accumulator): Promise<void> {
    const steps = await generatorSteps(this.kustomization, this.#stepContext());
    const own = steps.map(({ by, run }) => ({ run, origin: this.#ownOrigin(by) }));
    const external = await prefixed('loading generator plugins', () => this.#externalGenerators());
    for (const { run, origin } of [...own, ...external]) {
      const made = new ResourceSet(await run());
      made.addOrigin(origin);
      within('merging from generator', () => accumulator.set.absorb(made.list));
      this.#limitObjects(accumulator);
    }
  }

  async #externalGenerators(): Promise<{ run: Generator; origin: Origin | undefined }[]> {
    const loaded = await this.#plugins(this.kustomization.generators ?? [], 'failed to load generator');
    return loaded.map(({ plugin, origin }) => {
      if ('generate' in plugin) return { run: plugin.generate, origin };
      throw new KustomizeError('failed to load generator: plugin not a generator');
    });
  }

  async #transform(accumulator: Accumulator): Promise<void> {
    const { config, set } = accumulator;
    const own = await transformerSteps(this.kustomization, config, this.#stepContext());
    const external = await this.#plugins(this.kustomization.transformers ?? []);
    const all = own.map(({ by, run }) => ({ run, origin: this.#ownOrigin(by) }));
    for (const { plugin, origin } of external) all.push({ run: transformOf(plugin), origin });
    for (const { run, origin } of all) {
      run(set);
      if (origin) set.addTransformation(origin);
      set.dropEmpty();
    }
  }

  #stepContext(): Parameters<typeof generatorSteps>[1] {
    return { ...this.#context, loader: this.#loader, helmNamespace: this.#helmNamespace };
  }

  /** Generators, transformers or validators of one's own: inline, in files, or in kustomizations. */
  async #plugins(
    entries: readonly string[],
    failure?: string,
  ): Promise<{ plugin: Plugin; origin: Origin | undefined }[]> {
    const accumulator = new Accumulator();
    const paths: string[] = [];
    for (const entry of entries) {
      const inline = this.#tryInline(entry);
      if (!inline) paths.push(entry);
      accumulator.set.appendAll(inline ?? []);
    }
    await this.#addResources(accumulator, paths);
    const context = { ...this.#context, loader: this.#loader };
    const loaded: { plugin: Plugin; origin: Origin | undefined }[] = [];
    for (const resource of accumulator.set.list)
      loaded.push({
        plugin: await loadPlugin(resource, context).catch(error => {
          throw failure === undefined ? error : wrapped(error, failure);
        }),
        origin: configuredOrigin(resource),
      });
    return loaded;
  }

  #tryInline(entry: string): Resource[] | undefined {
    try {
      const { list } = new ResourceSet(this.#context.factory.read(entry));
      for (const resource of list)
        if (this.#origin) setOrigin(resource, furtherOrigin(this.#origin, this.#fileName));
      return list;
    } catch (error) {
      if (error instanceof KustomizeError && error.code === 'KustomizeInvalid') return undefined;
      throw error;
    }
  }
}

function transformOf(plugin: Plugin): Transformer {
  if ('transform' in plugin) return plugin.transform;
  throw new KustomizeError('plugin not a transformer');
}

function annotate(resource: Resource, origin: string): void {
  const annotations = resource.annotations();
  annotations.set(ORIGIN, origin);
  resource.setAnnotations(annotations);
}

async function prefixed<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw wrapped(error, prefix);
  }
}

/** Go's `%q` of an error. */
function quoted(error: unknown, prefix: string): unknown {
  if (!(error instanceof KustomizeError)) return error;
  return new KustomizeError(`${prefix} ${JSON.stringify(error.message)}`, error.code);
}

/** @throws KustomizeError when there is none, or more than one */
async function loadFile(loader: Loader): Promise<{ text: string; fileName: string }> {
  const found: { text: string; fileName: string }[] = [];
  for (const fileName of FILE_NAMES) {
    const text = await loader.loadText(fileName).catch(error => {
      if (error instanceof KustomizeError && error.code === 'KustomizeInvalid') return undefined;
      throw error;
    });
    if (text !== undefined) found.push({ text, fileName });
  }
  const [file] = found;
  if (found.length > 1)
    throw new KustomizeError(`Found multiple kustomization files under: ${loader.root}\n`);
  if (file) return file;
  throw new KustomizeError(
    `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
  );
}
