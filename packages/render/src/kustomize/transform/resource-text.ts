import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import type { Resource } from '../resource/resource.ts';

/** A resource as kustomize prints it. */
export function resourceText(resource: Resource): string {
  return stringifyYaml(resource.value());
}
