import { parseYaml } from '../../yaml/parse-yaml.ts';
import type { ChartValue } from '../chart.ts';

/**
 * The first document of a text, as `sigs.k8s.io/yaml` reads it.
 * @throws Error `error converting YAML to JSON: yaml: line 3: …`
 */
export function readYaml(text: string): ChartValue {
  return (parseYaml(text, '')[0]?.value ?? null) as ChartValue;
}
