/** A package that lies below some `node_modules` of an image. */
export interface InstalledPackage {
  /** Its folder, without a leading slash. */
  path: string;
  name: string;
  version?: string;
  /** As its package.json says it. */
  licence?: string;
}

/** What one layer holds; `isWhole` is false when there was more than is looked at, or something could not be read. */
export interface LayerPackages {
  packages: InstalledPackage[];
  isWhole: boolean;
}
