import type { Catalogue } from './catalogue.ts';
import type { PlatformDocument, Problem } from './document.ts';
import type { SelectedComponent } from './selection.ts';
import type { Ground, Technology } from './technology.ts';

type Spec = NonNullable<PlatformDocument['spec']>;

/** Whether everything but source and delivery is applied through the platform's repository: where both can, unless told otherwise. */
export function gitopsOf({ gitops }: Spec, ground: Ground, components: SelectedComponent[]): boolean {
  if (ground === 'embedded' || gitops === false) return false;
  return followerOf(components) !== undefined && components.some(givesGit);
}

/** `gitops: true` where it cannot be. */
export function gitopsProblems(
  { gitops }: Spec,
  ground: Ground,
  { components, catalogue }: { components: SelectedComponent[]; catalogue: Catalogue },
): Problem[] {
  if (gitops !== true) return [];
  const field = 'spec.gitops';
  if (ground === 'embedded')
    return [{ field, message: 'means nothing in one process, where nothing is installed; leave it out' }];
  const lacks = (what: string, ids: string[]): Problem => ({
    field,
    message: `found true, but nothing chosen ${what}; choose ${ids.join(' or ')}`,
  });
  const idsOf = (fits: (technology: Technology) => boolean) =>
    catalogue.technologies.filter(fits).map(({ id }) => id);
  return [
    ...(followerOf(components)
      ? []
      : [
          lacks(
            'follows a repository',
            idsOf(each => each.upstream?.follows !== undefined),
          ),
        ]),
    ...(components.some(givesGit)
      ? []
      : [
          lacks(
            'keeps one',
            idsOf(each => Boolean(each.upstream?.grants?.git ?? each.existing?.grants?.git)),
          ),
        ]),
  ];
}

/** The delivery tool that would follow the platform's repository. */
export function followerOf(components: SelectedComponent[]): SelectedComponent | undefined {
  return components.find(({ technology, engine }) => engine === 'upstream' && technology.upstream?.follows);
}

function givesGit({ technology, existing, engine }: SelectedComponent): boolean {
  if (existing) return technology.existing?.grants?.git !== undefined;
  return engine === 'upstream' && technology.upstream?.grants?.git !== undefined;
}
