/** One document of a rendered template. */
export interface RenderedManifest {
  /** The template it comes from: `web/templates/service.yaml`. */
  source: string;
  /** The document's text as rendered, without `---`. */
  content: string;
  apiVersion: string;
  kind: string;
  name: string;
}

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

/** A document with the annotation `helm.sh/hook`. Field names are those of a release's stored hooks, but for `source`. */
export interface Hook extends RenderedManifest {
  events: HookEvent[];
  weight: number;
  /** `before-hook-creation`, `hook-succeeded`, `hook-failed`, and whatever else stands there. */
  deletePolicies: string[];
  outputLogPolicies: string[];
}
