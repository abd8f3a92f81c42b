/** A setup of idpbuilder, wherever it was read from. Absent: nobody said, so idpbuilder's default holds. */
export interface Setup {
  name?: string;
  host?: string;
  ingressHost?: string;
  port?: string;
  protocol?: string;
  usePathRouting?: boolean;
  /** Folders, files and addresses (`https://github.com/cnoe-io/stacks//ref-implementation?ref=main`), later ones over earlier. */
  packages: { place: string; form: 'folder-or-file' | 'remote' }[];
  /** Files that change the core: by `argocd`, `gitea`, `nginx`. */
  customizations: { name: string; file: string }[];
  /** What else was said, each with what becomes of it. */
  findings: Finding[];
}

/**
 * What became of one thing that somebody said: it stands in the definition, is said another way, or has no equivalent.
 */
export interface Finding {
  what: string;
  outcome: 'taken' | 'otherwise' | 'without';
  /** Where it is now, how it is said, or why it has no place. */
  how: string;
}

export const taken = (what: string, how: string): Finding => ({ what, outcome: 'taken', how });
export const otherwise = (what: string, how: string): Finding => ({ what, outcome: 'otherwise', how });
export const without = (what: string, how: string): Finding => ({ what, outcome: 'without', how });

/** Addresses as kustomize writes them: a scheme, or a host with a path and `?ref=`. */
export function isRemote(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || /^[^./][^/]*\.[a-z]+\/.*(\/\/|\?ref=)/i.test(place);
}
