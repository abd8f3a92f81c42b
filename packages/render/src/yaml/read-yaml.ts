import { SlipwayError } from '@slipway/api';
import type { GoValue } from '../go-template/value.ts';
import { parseYaml, RenderError } from './parse-yaml.ts';

/**
 * The first document of a text as `sigs.k8s.io/yaml` unmarshals it into an `interface {}`: numbers are float64, keys
 * text, the last of equal keys counts.
 * @throws SlipwayError `YamlInvalid`, in Go's words
 */
export function readYaml(text: string): GoValue {
  try {
    return (parseYaml(text, '')[0]?.value ?? null) as GoValue;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    throw new SlipwayError('YamlInvalid', `error converting YAML to JSON: yaml: ${error.message}`, { cause: error });
  }
}
