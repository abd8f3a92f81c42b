import { join } from 'node:path';
import { messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import type { Manifest, SourceType } from '@slipway/render';
import { chartCache } from '@slipway/sources';
import type { RepositoryAccess } from '../../settings/repository.ts';
import { type GitSources, gitSources } from './git-source.ts';
import { type LoadState, loadSource, referredSources } from './load-source.ts';
import type { RenderSettings } from './render-context.ts';
import { renderedCache } from './rendered-cache.ts';
import type { CredentialsFor } from './source-access.ts';
import type { SourceSpec } from './spec.ts';

/** Objects of all sources of an Application at one moment. */
export interface Loaded {
  /** Of the first source: the commit, a chart's version, an artifact's digest. */
  revision: string;
  /** One for each source, in their order. */
  revisions: string[];
  /** What each source is; one that is only referred to counts as `Directory`. */
  sourceTypes: SourceType[];
  /** The same objects as before when nothing they came from has changed. */
  manifests: Manifest[];
}

/** The sources, or why they could not be read. */
export type LoadedSources = Loaded | { revisions: string[]; error: string };

/** The Application that manifests are made for: names of releases and the build environment come from it. */
export interface RenderedFor {
  name: string;
  namespace: string;
  project: string;
  destinationNamespace: string;
  /** The destination: its version and kinds are what charts ask for. */
  destination: Client;
}

export interface LoadOptions {
  /** The platform's own repositories: their branches are in their status, so nobody has to be asked. */
  known: Repository[];
  /** Ask the server even if it was asked a moment ago. */
  fresh: boolean;
  /** Fetch charts and render again, whatever is remembered (`refresh=hard`). */
  anew?: boolean;
  signal: AbortSignal;
  application: RenderedFor;
}

export interface SourceLoader {
  /** Never rejects but for the signal. `error` is Argo CD's text after `Failed to load target state: `. */
  load(sources: SourceSpec[], options: LoadOptions): Promise<LoadedSources>;
  close(): void;
}

/** What Argo CD's ConfigMaps and Secrets say of sources; `ArgoCdSettings` is one. */
export interface SourceSettings {
  credentialsFor: CredentialsFor;
  repositories(): { access?: RepositoryAccess }[];
  config(): RenderSettings;
}

const REFUSED = 'unless an administrator names the server';

const DEFAULTS: RenderSettings = {
  kustomizeBuildOptions: '',
  helmValuesFileSchemes: ['https', 'http'],
  disabledSources: [],
};

/**
 * Loads sources through caches of what was fetched; manifests of the same files and options are rendered once. Without
 * settings everything is read without credentials.
 */
export function sourceLoader(
  ports: Ports,
  settings?: SourceSettings,
  git: GitSources = gitSources(ports, settings?.credentialsFor),
): SourceLoader {
  const state: LoadState = {
    ports,
    git,
    charts: chartCache(join(ports.data.path, 'charts')),
    credentialsFor: settings?.credentialsFor,
    settings: () => settings?.config() ?? DEFAULTS,
    chartRepositories: () =>
      (settings?.repositories() ?? []).flatMap(({ access }) =>
        access && access.type !== 'git' ? [{ name: access.name, url: access.url }] : [],
      ),
    rendered: renderedCache(),
    digests: new Map(),
    versions: new Map(),
  };
  return {
    load: (sources, options) => loadAll(state, sources, options),
    close: () => git.close(),
  };
}

/** What the Secret is that a refused address needs only we know. */
function told(error: unknown): string {
  const message = messageOf(error);
  if (!message.endsWith(REFUSED)) return message;
  return `${message} in a Secret labelled argocd.argoproj.io/secret-type: repository in namespace argocd`;
}

async function loadAll(
  state: LoadState,
  sources: SourceSpec[],
  options: LoadOptions,
): Promise<LoadedSources> {
  const revisions: string[] = [];
  const sourceTypes: SourceType[] = [];
  const manifests: Manifest[][] = [];
  for (const [index, source] of sources.entries()) {
    try {
      const references = await referredSources(state, source, sources, options);
      const one = await loadSource(state, source, { ...options, references }, revision =>
        revisions.push(revision),
      );
      sourceTypes.push(one.type);
      manifests.push(one.manifests);
    } catch (error) {
      if (options.signal.aborted) throw error;
      const place = `failed to generate manifest for source ${index + 1} of ${sources.length}`;
      return { revisions, error: `${place}: ${told(error)}` };
    }
  }
  const [only = []] = manifests;
  return {
    revision: revisions[0] ?? '',
    revisions,
    sourceTypes,
    manifests: manifests.length === 1 ? only : manifests.flat(),
  };
}
