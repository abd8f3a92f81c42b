/** What an Application's sources are made for, as texts of its spec may use it (Argo CD's build environment). */
export type BuildEnvironment = Record<string, string>;

export interface EnvironmentInput {
  /** The Application's name; `<namespace>_<name>` outside Argo CD's own namespace. */
  instance: string;
  destinationNamespace: string;
  project: string;
  revision: string;
  repoURL: string;
  path: string;
  targetRevision: string;
}

/** The variables of Argo CD's documentation, "Build Environment". */
export function buildEnvironment(input: EnvironmentInput): BuildEnvironment {
  return {
    ARGOCD_APP_NAME: input.instance,
    ARGOCD_APP_NAMESPACE: input.destinationNamespace,
    ARGOCD_APP_PROJECT_NAME: input.project,
    ARGOCD_APP_REVISION: input.revision,
    ARGOCD_APP_REVISION_SHORT: input.revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: input.revision.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: input.repoURL,
    ARGOCD_APP_SOURCE_PATH: input.path,
    ARGOCD_APP_SOURCE_TARGET_REVISION: input.targetRevision,
  };
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** Names of one character that Go's os.Expand takes after `$`. */
const SPECIAL = /^[*#$@!?\-0-9]/;

/**
 * Replaces `$NAME` and `${NAME}`, as Go's os.Expand does; what is not set becomes nothing, `$$` a dollar sign.
 * @example
 * substitute('web-$ARGOCD_APP_REVISION_SHORT', environment); // web-9fceb02
 */
export function substitute(text: string, environment: BuildEnvironment): string {
  let result = '';
  let rest = text;
  for (;;) {
    const at = rest.indexOf('$');
    if (at < 0 || at === rest.length - 1) return result + rest;
    result += rest.slice(0, at);
    const after = rest.slice(at + 1);
    const { name, length } = nameOf(after);
    // Go keeps a dollar sign that no name follows.
    if (name === '' && length === 0) result += '$';
    if (name === '$') result += '$';
    if (Object.hasOwn(environment, name)) result += environment[name];
    rest = after.slice(length);
  }
}

/** A variable's name, and how many characters it and its braces take. */
function nameOf(text: string): { name: string; length: number } {
  if (!text.startsWith('{')) {
    const name = SPECIAL.exec(text)?.[0] ?? NAME.exec(text)?.[0] ?? '';
    return { name, length: name.length };
  }
  if (/^\{[*#$@!?\-0-9]\}/.test(text)) return { name: text.charAt(1), length: 3 };
  const end = text.indexOf('}');
  // `${}` and a brace that is never closed are eaten.
  if (end < 0) return { name: '', length: 1 };
  return { name: text.slice(1, end), length: end + 1 };
}
