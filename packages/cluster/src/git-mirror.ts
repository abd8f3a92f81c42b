/**
 * Finds bare repositories of this machine by a template of their paths.
 * @example
 * gitMirror('/mirrors/{owner}/{name}.git')('https://github.com/argoproj/argo-cd.git'); // '/mirrors/argoproj/argo-cd.git'
 */
export function gitMirror(template: string): (repository: string) => string | undefined {
  return repository => {
    const [, owner, name] = /([^/]+)\/([^/]+?)(?:\.git)?$/.exec(repository) ?? [];
    if (owner === undefined || name === undefined) return undefined;
    return template.replaceAll('{owner}', owner).replaceAll('{name}', name);
  };
}
