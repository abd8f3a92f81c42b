/** What the conformance suite needs of a cluster on which a technology orders something cheap outside of it. */
export interface ProvisioningGround {
  /** Orders one thing by an object of the technology's own kind, or changes what is asked of it. */
  order(name: string, wanted: { size: number }): Promise<void>;
  /** The size of what is really there, undefined when nothing is; asked of whoever has it, not of the object. */
  existing(name: string): Promise<number | undefined>;
  /** Deletes the object. */
  withdraw(name: string): Promise<void>;
  /** Changes what is there behind the technology's back. */
  disturb(name: string, size: number): Promise<void>;
}
