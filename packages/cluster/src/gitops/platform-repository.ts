/** The platform's repository as an apply writes to it; every method may be called again after a crash. */
export interface PlatformRepository {
  /**
   * Makes a folder hold these files and no others (paths below it), in one commit; nothing is committed when it does
   * already. Resolves with the commit that has them.
   * @throws SlipwayError RepositoryUnreachable, PushRefused
   */
  write(folder: string, files: ReadonlyMap<string, string>, message: string): Promise<Written>;
  /** Whether a revision has a commit: is it, or came after it. */
  contains(revision: string, commit: string): Promise<boolean>;
}

export interface Written {
  commit: string;
  isNew: boolean;
}
