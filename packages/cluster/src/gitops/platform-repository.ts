/** The platform's repository as an apply writes to it; every method may be called again after a crash. */
export interface PlatformRepository {
  /**
   * Makes a folder hold these files and no others (by paths below it), and `beside` elsewhere hold theirs, in one commit;
   * nothing is committed when they do already. Resolves with the commit that has them.
   * @throws SlipwayError RepositoryUnreachable, PushRefused
   */
  write(
    change: { folder: string; files: ReadonlyMap<string, string>; beside?: ReadonlyMap<string, string> },
    message: string,
  ): Promise<Written>;
  /** Paths of the files below a folder, from it. */
  paths(folder: string): string[];
  /** Whether a revision has a commit: is it, or came after it. */
  contains(revision: string, commit: string): Promise<boolean>;
}

export interface Written {
  commit: string;
  isNew: boolean;
}
