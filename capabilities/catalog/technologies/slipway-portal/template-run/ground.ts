import type { Action, LocalContext } from '../actions/action.ts';
import type { Journal } from './journal.ts';

/** What a run stands on: the platform itself, or nothing but a folder. The engine above it is the same. */
export interface Ground {
  /** Unix milliseconds. */
  now(): number;
  fetchFolder(url: string, signal: AbortSignal): Promise<string>;
  fill: LocalContext['fill'];
  /** Hosts of Git servers whose repositories live on this platform. */
  gitHosts: string[];
  /** Does, or only rehearses, one action. */
  perform(action: Action, context: LocalContext, journal: Journal): Promise<void>;
}
