import type { Stored } from '@slipway/api';
import type { Secret } from '@slipway/kinds';
import type { Renderer } from '../template/renderer.ts';

/** Files of a repository at one revision. */
export interface GitTree {
  /** Every file, with `/`, in order. */
  files(): Promise<string[]>;
  /** Every folder that is not hidden, the root aside, parents first. */
  folders(): Promise<string[]>;
  read(path: string): Promise<Uint8Array | undefined>;
}

/** What generators may ask of the world. */
export interface Ground {
  render: Renderer;
  /** As `render`, but a key that is missing is an error (Go templates only). */
  renderStrictly: Renderer;
  isGoTemplate: boolean;
  /** Lets others go on; called between Applications. @throws Error when it has taken too long */
  breathe(): Promise<void>;
  /** Cluster Secrets, in the order of their names. */
  clusters(): Stored<Secret>[];
  openGit(repoURL: string, revision: string): Promise<GitTree>;
  newGitFileGlobbing: boolean;
}
