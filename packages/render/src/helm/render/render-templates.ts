import type { FunctionTable } from '../../go-template/function.ts';
import { fromBytes } from '../../go-template/go-string.ts';
import { parseTemplates, type TemplateSet } from '../../go-template/template.ts';
import { TemplateError } from '../../go-template/template-error.ts';
import { goMap } from '../../go-template/value.ts';
import type { Chart, ValueMap } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import type { RenderLimits } from '../render-options.ts';
import { asValues, type Renderable, renderables, type Surroundings } from './chart-values.ts';
import { executionErrorText, parseErrorText } from './error-text.ts';

export interface TemplateRun {
  chart: Chart;
  values: ValueMap;
  surroundings: Surroundings;
  functions: FunctionTable;
  limits: RenderLimits;
}

/**
 * Executes all templates of a chart and its subcharts but the partials (`_…`): texts by path. Limits count over all
 * of them.
 * @throws ChartError TemplateInvalid, ChartLimit
 */
export function renderTemplates(run: TemplateRun): Map<string, string> {
  const files = renderables(run.chart, run.values, run.surroundings, fromBytes).sort(lowerFirst);
  const set = parseTemplates([], { name: 'gotpl', functions: run.functions, missingKey: 'zero' });
  for (const file of files) parse(set, file);
  const rendered = new Map<string, string>();
  let left = run.limits.output;
  for (const file of files) {
    if (file.name.split('/').at(-1)?.startsWith('_')) continue;
    const text = execute(set, file, { ...run.limits, output: left });
    left -= text.length;
    rendered.set(file.name, text);
  }
  return rendered;
}

/** Templates lie the lower, the more folders are above them; the lower ones come first, so that higher ones override. */
function lowerFirst(a: Renderable, b: Renderable): number {
  const difference = b.name.split('/').length - a.name.split('/').length;
  if (difference !== 0) return difference;
  return a.name < b.name ? 1 : -1;
}

function parse(set: TemplateSet, { name, text }: Renderable): void {
  try {
    set.parse({ name, text });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new ChartError('TemplateInvalid', name, parseErrorText(name, error.message));
  }
}

function execute(
  set: TemplateSet,
  { name, data, values, basePath }: Renderable,
  limits: RenderLimits,
): string {
  data.Template = asValues(goMap({ Name: name, BasePath: basePath }));
  try {
    return values.during(() => set.execute(name, data, { limits })).replaceAll('<no value>', '');
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const code = error.code === 'TemplateLimit' ? 'ChartLimit' : 'TemplateInvalid';
    throw new ChartError(code, name, executionErrorText(name, error));
  }
}
