import { type AnyObject, messageOf } from '@slipway/api';
import type { Ground } from './generators/ground.ts';
import { transform } from './generators/transform.ts';
import type { ApplicationSet, ApplicationTemplate, Params } from './spec.ts';
import { renderDeep } from './template/renderer.ts';
import { applyTemplatePatch } from './template/template-patch.ts';

/** Deletes what an Application delivered before the Application goes. */
export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export type Generated =
  | { applications: AnyObject[] }
  | { reason: 'ApplicationGenerationFromParamsError' | 'RenderTemplateParamsError'; message: string };

/** Far more than anybody has; a matrix of large lists would have no end else. */
const MOST = 10_000;
/** Applications that are rendered before others get their turn. */
const BREATH = 20;

/** The Applications that an ApplicationSet wants; everything or nothing, and then why. */
export async function generateApplications(set: ApplicationSet, ground: Ground): Promise<Generated> {
  const { generators = [], template } = set.spec;
  const applications: AnyObject[] = [];
  for (const generator of generators) {
    const found = await transform(generator, template, ground).catch(error => ({ error: messageOf(error) }));
    if ('error' in found) return { reason: 'ApplicationGenerationFromParamsError', message: found.error };
    for (const { params, template: own } of found) {
      if (applications.length + params.length > MOST)
        return {
          reason: 'ApplicationGenerationFromParamsError',
          message: `more than ${MOST} Applications are generated; restrict the generators`,
        };
      try {
        for (const each of params) {
          applications.push(render(set, own, each, ground));
          if (applications.length % BREATH === 0) await ground.breathe();
        }
      } catch (error) {
        return { reason: 'RenderTemplateParamsError', message: messageOf(error) };
      }
    }
  }
  return { applications };
}

function render(
  set: ApplicationSet,
  template: ApplicationTemplate,
  params: Params,
  ground: Ground,
): AnyObject {
  const isTemplated = Object.keys(params).length > 0;
  const filled = (
    isTemplated ? renderDeep(template, params, ground.render) : structuredClone(template)
  ) as ApplicationTemplate;
  const { metadata = {}, spec = {} } = filled;
  const keeps = set.spec.syncPolicy?.preserveResourcesOnDeletion === true;
  const finalizers = metadata.finalizers ?? [];
  const application: AnyObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      ...metadata,
      finalizers: isTemplated && !keeps && finalizers.length === 0 ? [RESOURCES_FINALIZER] : finalizers,
    },
    spec,
  };
  const patched = patch(set, application, params, ground);
  // An ApplicationSet makes Applications in its own namespace only.
  return { ...patched, metadata: { ...patched.metadata, namespace: set.metadata.namespace ?? '' } };
}

function patch(set: ApplicationSet, application: AnyObject, params: Params, ground: Ground): AnyObject {
  const { templatePatch } = set.spec;
  if (!templatePatch) return application;
  let text: string;
  try {
    text = ground.render(templatePatch, params);
  } catch (error) {
    throw new Error(`error replacing values in templatePatch: ${messageOf(error)}`);
  }
  return applyTemplatePatch(application, text);
}
