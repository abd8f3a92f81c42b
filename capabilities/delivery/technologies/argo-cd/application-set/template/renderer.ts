import type { FunctionSources } from '@slipway/render';
import type { Params } from '../spec.ts';
import { fastTemplate } from './fast-template.ts';
import { goTemplate } from './go-template.ts';

/** Fills one text in with parameters. @throws Error with Argo CD's words */
export type Renderer = (text: string, params: Params) => string;

export interface RendererOptions extends FunctionSources {
  goTemplate: boolean;
  /** `missingkey=error` and its like. */
  options: string[];
}

/** The template language that an ApplicationSet chose. */
export function rendererOf({ goTemplate: isGo, options, ...sources }: RendererOptions): Renderer {
  return isGo ? goTemplate(options, sources) : fastTemplate;
}

const DEEPEST = 100;

/** A copy of a value whose texts, keys too, are filled in; whatever is no text stays. */
export function renderDeep(value: unknown, params: Params, render: Renderer, depth = 0): unknown {
  if (typeof value === 'string') return render(value, params);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new Error(`the template is nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return value.map(each => renderDeep(each, params, render, depth + 1));
  const entries = Object.entries(value).map(([key, each]) => [
    render(key, params),
    renderDeep(each, params, render, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
