import type { Comparison } from './compare.ts';

/** With one of these an Application takes what it made with it. */
export const RESOURCES = 'resources-finalizer.argocd.argoproj.io';
export const RESOURCES_FINALIZERS = [RESOURCES, `${RESOURCES}/foreground`, `${RESOURCES}/background`];
export const PRE_DELETE = 'pre-delete-finalizer.argocd.argoproj.io';
export const POST_DELETE = 'post-delete-finalizer.argocd.argoproj.io';
export const cleanup = (finalizer: string): string => `${finalizer}/cleanup`;

/** Finalizers that hooks of the Application's end need: an Application without such hooks has none of them. */
export function deleteFinalizers({ hasPreDeleteHooks, hasPostDeleteHooks }: Comparison): {
  add: string[];
  remove: string[];
} {
  const of = (finalizer: string) => [finalizer, cleanup(finalizer)];
  const [pre, post] = [of(PRE_DELETE), of(POST_DELETE)];
  return {
    add: [...(hasPreDeleteHooks ? pre : []), ...(hasPostDeleteHooks ? post : [])],
    remove: [...(hasPreDeleteHooks ? [] : pre), ...(hasPostDeleteHooks ? [] : post)],
  };
}
