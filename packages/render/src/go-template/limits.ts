/** What one execution may use; templates come from people we need not trust. */
export interface TemplateLimits {
  /** Actions, commands, calls and iterations. */
  steps?: number;
  /** Characters (UTF-16 units) written in all, those of nested templates included; also the longest string. */
  output?: number;
  /** Templates within templates. Go allows 100,000, which no stack of ours would hold. */
  depth?: number;
}

/** Far above what real charts use (a chart of 200 templates takes about 200,000 steps). */
export const DEFAULT_LIMITS: Required<TemplateLimits> = { steps: 5_000_000, output: 64 << 20, depth: 400 };
