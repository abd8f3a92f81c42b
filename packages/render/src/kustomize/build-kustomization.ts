import { RenderError } from '../yaml/parse-yaml.ts';
import type { KustomizeInput, KustomizeResult } from './kustomize-input.ts';

/**
 * Builds a kustomization as `kustomize build` (v5.8.1) does.
 * @throws RenderError `KustomizeInvalid` (worded as kustomize words it), `KustomizeUnsupported`, `KustomizeTooLarge`
 */
export async function buildKustomization(input: KustomizeInput): Promise<KustomizeResult> {
  throw new RenderError('KustomizeUnsupported', input.path, 'is not built yet');
}
