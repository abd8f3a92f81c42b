/** Calls of Argo CD's API that are not served, and what does the same here; `*` is one part of a path. */
export const REFUSALS: Record<string, string> = {
  'PUT /api/v1/account/password': 'people and passwords are the platform’s; see the portal’s account page',
  'GET /api/v1/account/*': 'people are the platform’s: slipway user list',
  'POST /api/v1/account/*/token': 'tokens are the platform’s: slipway token create',
  'DELETE /api/v1/account/*/token/*': 'tokens are the platform’s: slipway token revoke',
  'POST /api/v1/applications/manifestsWithFiles': 'render files of your own with slipway render',
  'GET /api/v1/applications/*/server-side-diff':
    'annotate the Application with argocd.argoproj.io/compare-options: ServerSideDiff=true, and read managed-resources',
  'GET /api/v1/applications/*/revisions/*/ocimetadata':
    'read the artifact’s annotations from its registry with an OCI client',
  'POST /api/v1/applicationsets/generate': 'make the set with the policy create-only in a project of its own',
  'GET /api/v1/applicationsets/*/events': 'read events of its namespace at /api/v1/namespaces/*/events',
  'GET /api/v1/applicationsets/*/resource-tree': 'its Applications are in status.resources',
  'GET /api/v1/stream/applicationsets': 'watch /apis/argoproj.io/v1alpha1/applicationsets',
  'GET /api/v1/certificates': 'they are in ConfigMaps argocd-tls-certs-cm and argocd-ssh-known-hosts-cm',
  'POST /api/v1/certificates': 'write ConfigMaps argocd-tls-certs-cm and argocd-ssh-known-hosts-cm',
  'DELETE /api/v1/certificates': 'write ConfigMaps argocd-tls-certs-cm and argocd-ssh-known-hosts-cm',
  'POST /api/v1/clusters/*/invalidate-cache': 'clusters are followed by watches; there is no cache to forget',
  'POST /api/v1/clusters/*/rotate-auth': 'write the new credentials with PUT /api/v1/clusters/*',
  'GET /api/v1/gpgkeys': 'who signed commits is not checked; protect the branch in the repository',
  'POST /api/v1/gpgkeys': 'who signed commits is not checked; protect the branch in the repository',
  'DELETE /api/v1/gpgkeys': 'who signed commits is not checked; protect the branch in the repository',
  'GET /api/v1/gpgkeys/*': 'who signed commits is not checked; protect the branch in the repository',
  'GET /api/v1/notifications/*': 'notifications are not sent by this engine',
  'GET /api/v1/projects/*/detailed': 'read the project, repositories and clusters at their own addresses',
  'GET /api/v1/projects/*/globalprojects': 'they are in globalProjects of ConfigMap argocd-cm',
  'POST /api/v1/projects/*/roles/*/token': 'roles of projects grant nothing here; use slipway token create',
  'DELETE /api/v1/projects/*/roles/*/token/*':
    'roles of projects grant nothing here; use slipway token revoke',
  'GET /api/v1/repocreds': 'they are Secrets labelled argocd.argoproj.io/secret-type: repo-creds',
  'POST /api/v1/repocreds': 'write Secrets labelled argocd.argoproj.io/secret-type: repo-creds',
  'PUT /api/v1/repocreds/*': 'write Secrets labelled argocd.argoproj.io/secret-type: repo-creds',
  'DELETE /api/v1/repocreds/*': 'delete the Secret labelled argocd.argoproj.io/secret-type: repo-creds',
  'GET /api/v1/repositories/*/apps': 'look into the repository with git',
  'GET /api/v1/repositories/*/helmcharts': 'read index.yaml of the chart repository',
  'GET /api/v1/repositories/*/oci-tags': 'ask the registry for its tags',
  'GET /api/v1/repositories/*/refs': 'ask the server with git ls-remote',
  'POST /api/v1/repositories/*/validate': 'an Application’s conditions say why a repository cannot be read',
  'POST /api/v1/repositories/*/appdetails': 'render the source with slipway render',
  'GET /api/v1/write-repocreds': 'the source hydrator is not supported',
  'POST /api/v1/write-repocreds': 'the source hydrator is not supported',
  'PUT /api/v1/write-repocreds/*': 'the source hydrator is not supported',
  'DELETE /api/v1/write-repocreds/*': 'the source hydrator is not supported',
  'GET /api/v1/write-repositories': 'the source hydrator is not supported',
  'POST /api/v1/write-repositories': 'the source hydrator is not supported',
  'PUT /api/v1/write-repositories/*': 'the source hydrator is not supported',
  'GET /api/v1/write-repositories/*': 'the source hydrator is not supported',
  'DELETE /api/v1/write-repositories/*': 'the source hydrator is not supported',
  'POST /api/v1/write-repositories/*/validate': 'the source hydrator is not supported',
};

const PATTERNS = Object.entries(REFUSALS).map(([call, instead]) => ({
  pattern: new RegExp(`^${call.replaceAll('*', '[^/]+')}$`),
  instead,
}));

/** What to do instead of a call that is not served. */
export function insteadOf(method: string, path: string): string {
  const call = `${method} ${path}`;
  return (
    PATTERNS.find(({ pattern }) => pattern.test(call))?.instead ??
    'the objects are at /apis/argoproj.io/v1alpha1'
  );
}
