import { RenderError } from '../yaml/parse-yaml.ts';

/**
 * What is wrong with a chart. `file` is the chart, or its file; the message is Helm's own. Codes: `ChartInvalid`,
 * `ChartLimit`, `ArchiveInvalid`, `ArchiveUnsafe`, `ArchiveTooLarge`, `LinkUnsupported`, `ValuesInvalid`,
 * `SchemaInvalid`, `TemplateInvalid`, `ManifestInvalid`, `DependencyMissing`.
 */
export class ChartError extends RenderError {
  constructor(code: string, file: string, message: string) {
    super(code, file, message);
    this.name = 'ChartError';
    // Helm's messages say themselves where; the place is not put in front of them once more.
    this.message = message;
  }
}
