/** Where people open a tool. */
export interface ToolLink {
  /** What is opened: `Argo CD`. */
  title: string;
  url: string;
  /**
   * Where the tool itself begins a sign-in at the platform's issuer and comes back signed in; absent: it has no such
   * address, or asks nobody who he is.
   */
  signIn?: string;
}
