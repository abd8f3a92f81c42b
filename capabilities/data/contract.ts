/** What the conformance suite needs of a cluster on which a technology keeps or computes data. */
export interface DataGround {
  /** Orders a database or a computation by an object of the technology's own kind. */
  order(name: string): Promise<void>;
  /** Asks it the question that it is for (`select 1`, the number that was computed); undefined until it answers. */
  answer(name: string): Promise<number | undefined>;
  /** Deletes the object. */
  withdraw(name: string): Promise<void>;
  /** How many pods work for it. */
  pods(name: string): Promise<number>;
}
